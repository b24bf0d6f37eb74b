@NullMarked
package io.weir.daemon.overload;

import org.jspecify.annotations.NullMarked;
