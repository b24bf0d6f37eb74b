/** The log of layer 4 sessions: from event loops through a bounded queue to a file that rotates. */
@NullMarked
package io.weir.daemon.sessionlog;

import org.jspecify.annotations.NullMarked;
