@NullMarked
package io.weir.net.tls;

import org.jspecify.annotations.NullMarked;
