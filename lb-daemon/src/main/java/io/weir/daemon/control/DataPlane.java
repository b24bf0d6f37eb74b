package io.weir.daemon.control;

import io.weir.core.model.Listener;
import java.net.BindException;
import java.net.InetSocketAddress;

/** What opens ports: the L4 and the L7 listeners. Its methods block and are never called on {@code control} or an event loop. */
public interface DataPlane {
    /**
     * Opens the port of a listener whose view is published already.
     *
     * @throws BindException with the address and the cause in its message
     */
    Door open(Listener listener) throws BindException;

    /**
     * Finds out whether this host can grant what a listener wishes, its ports aside.
     *
     * @throws BindException with the address and the cause in its message
     */
    void check(Listener listener) throws BindException;

    /** Holds an address of a listener that is about to be opened, so that a configuration is refused before it is stored rather than after. */
    Reservation reserve(Listener listener, InetSocketAddress address) throws BindException;

    /** Ends with {@link #close}; it does not stand in the way of {@link #open}. */
    interface Reservation extends AutoCloseable {
        @Override
        void close();
    }
}
