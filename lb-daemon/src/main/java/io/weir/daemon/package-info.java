/** The process: who is wired to whom, and in which order it starts and stops. */
@NullMarked
package io.weir.daemon;

import org.jspecify.annotations.NullMarked;
