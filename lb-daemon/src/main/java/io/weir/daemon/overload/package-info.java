/** Notices loops that stand still and resources that run out, tells of them, and has new connections turned away. */
@NullMarked
package io.weir.daemon.overload;

import org.jspecify.annotations.NullMarked;
