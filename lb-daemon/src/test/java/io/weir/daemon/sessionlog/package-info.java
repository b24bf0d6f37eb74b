@NullMarked
package io.weir.daemon.sessionlog;

import org.jspecify.annotations.NullMarked;
