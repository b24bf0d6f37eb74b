/** Measurements of what is not public. */
@NullMarked
package io.weir.net.udp;

import org.jspecify.annotations.NullMarked;
