/** Daemons on real sockets, in this JVM and in processes of their own. */
@NullMarked
package io.weir.daemon;

import org.jspecify.annotations.NullMarked;
