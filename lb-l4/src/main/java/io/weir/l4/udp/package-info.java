/** Flows of datagrams carried from a listener to a backend. */
@NullMarked
package io.weir.l4.udp;

import org.jspecify.annotations.NullMarked;
