/** TCP connections carried from a listener to a backend. */
@NullMarked
package io.weir.l4.tcp;

import org.jspecify.annotations.NullMarked;
