package io.weir.core.limit;

import io.weir.core.model.AccessList;
import io.weir.core.model.Cidr;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;

/**
 * What the access lists of a listener come to: who is on one that denies stays out, and where some allow, who is on none of these. Immutable, any
 * thread.
 */
public final class AccessRules {
    /** Lets everybody in. */
    public static final AccessRules NONE = new AccessRules(AddressSet.EMPTY, AddressSet.EMPTY, false, false);

    private final AddressSet denied;
    private final AddressSet allowed;
    private final boolean denies;
    private final boolean allows;

    private AccessRules(AddressSet denied, AddressSet allowed, boolean denies, boolean allows) {
        this.denied = denied;
        this.allowed = allowed;
        this.denies = denies;
        this.allows = allows;
    }

    public static AccessRules of(Collection<AccessList> lists) {
        if (lists.isEmpty()) {
            return NONE;
        }
        List<Cidr> denied = entries(lists, AccessList.Mode.DENY);
        boolean allows = lists.stream().anyMatch(list -> list.mode() == AccessList.Mode.ALLOW);
        return new AccessRules(AddressSet.of(denied), AddressSet.of(entries(lists, AccessList.Mode.ALLOW)), !denied.isEmpty(), allows);
    }

    private static List<Cidr> entries(Collection<AccessList> lists, AccessList.Mode mode) {
        return lists.stream().filter(list -> list.mode() == mode).flatMap(list -> list.entries().stream()).toList();
    }

    /** Whether a client may come in. */
    public boolean admit(InetAddress client) {
        return !(denies && denied.contains(client)) && (!allows || allowed.contains(client));
    }

    /** Whether the answer can be no. */
    boolean lookAtClients() {
        return denies || allows;
    }
}
