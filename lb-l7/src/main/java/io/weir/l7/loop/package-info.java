/** What one event loop shares among all its HTTP connections: buffers, scanners, guards, the writer of heads. */
@NullMarked
package io.weir.l7.loop;

import org.jspecify.annotations.NullMarked;
