package io.weir.net;

import io.netty.channel.socket.DuplexChannel;

/** What a listener does with its connections. */
@FunctionalInterface
public interface AcceptedChannel {
    /**
     * Fills the pipeline of a connection that was just accepted. Called on {@code loop} before the channel is registered
     * there; nothing is read before this returns. An exception closes the connection.
     */
    void accepted(Loop loop, DuplexChannel channel);
}
