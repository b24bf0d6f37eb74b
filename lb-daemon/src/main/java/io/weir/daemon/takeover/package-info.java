/** One process in the place of another, without a client noticing: listening sockets, the state folder and health change hands. */
@NullMarked
package io.weir.daemon.takeover;

import org.jspecify.annotations.NullMarked;
