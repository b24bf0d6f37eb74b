package io.weir.core.model;

import java.util.Map;

/** A whole traffic configuration, valid in itself: every name that is used stands in it. Maps keep the order of the file. */
public record Configuration(Map<String, Zone> zones, Map<String, Pool> pools, Map<String, Listener> listeners,
        Map<String, Webhook> webhooks, Map<String, AccessList> accessLists, Map<String, Certificate> certificates) {
    public static final Configuration EMPTY = new Configuration(Map.of(), Map.of(), Map.of());

    public Configuration {
        zones = Ordered.copyOf(zones);
        pools = Ordered.copyOf(pools);
        listeners = Ordered.copyOf(listeners);
        webhooks = Ordered.copyOf(webhooks);
        accessLists = Ordered.copyOf(accessLists);
        certificates = Ordered.copyOf(certificates);
    }

    /** Without what few configurations have. */
    public Configuration(Map<String, Zone> zones, Map<String, Pool> pools, Map<String, Listener> listeners) {
        this(zones, pools, listeners, Map.of(), Map.of(), Map.of());
    }

    /** Without certificates. */
    public Configuration(Map<String, Zone> zones, Map<String, Pool> pools, Map<String, Listener> listeners,
            Map<String, Webhook> webhooks, Map<String, AccessList> accessLists) {
        this(zones, pools, listeners, webhooks, accessLists, Map.of());
    }

    /** The same with other pools. */
    public Configuration withPools(Map<String, Pool> others) {
        return new Configuration(zones, others, listeners, webhooks, accessLists, certificates);
    }
}
