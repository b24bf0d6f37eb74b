package io.weir.daemon.control;

/**
 * Counts of one backend over all loops. Immutable, any thread.
 *
 * @param connections L4 connections and L7 requests in flight now
 * @param opened the same since the loops first saw the backend
 */
public record BackendTraffic(int connections, long opened, long connectFailures) {
    public static final BackendTraffic NONE = new BackendTraffic(0, 0, 0);

    BackendTraffic plus(BackendTraffic other) {
        return new BackendTraffic(connections + other.connections, opened + other.opened, connectFailures + other.connectFailures);
    }
}
