package io.weir.health.discovery;

import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.Discovery.Dns;
import io.weir.core.model.Names;
import io.weir.core.model.Weight;
import io.weir.health.discovery.Resolver.Records;
import io.weir.health.discovery.Resolver.Service;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Members from the DNS. A list counts only when every question that it takes was answered: half an answer would take the other half out. No
 * record and no such name are failures too, since a pool is never emptied by what may be a slip in a zone file.
 *
 * <p>Asked again when the records' time is over, at the configured interval at the earliest, so that a ttl of 0 does not flood the name server,
 * and within {@link #LONGEST}; after a failure at the interval.
 */
final class DnsSource implements MemberSource {
    /** From one question to the next, however long the records live: a change of the zone is taken up within this. */
    static final Duration LONGEST = Duration.ofMinutes(5);
    /** The target of a service that is decidedly not available (RFC 2782). */
    private static final String NO_SERVICE = "";

    private final Dns dns;
    private final Resolver resolver;

    DnsSource(Dns dns, Resolver resolver) {
        this.dns = dns;
        this.resolver = resolver;
    }

    /** What the questions have brought so far. Members by name, so that the order of the answer does not matter. */
    private static final class Harvest {
        private final Map<String, Backend> memberByName = new TreeMap<>();
        private long ttlSeconds = Long.MAX_VALUE;
        private String nothing = "";
        private String failure = "";
    }

    @Override
    public Answer ask() throws InterruptedException {
        Harvest harvest = new Harvest();
        switch (dns.type()) {
            case A -> addresses(dns.name(), dns.port().orElseThrow(), dns.weight(), harvest, false);
            case AAAA -> addresses(dns.name(), dns.port().orElseThrow(), dns.weight(), harvest, true);
            case ADDRESSES -> bothFamilies(dns.name(), dns.port().orElseThrow(), dns.weight(), harvest);
            case SRV -> services(harvest);
        }
        if (!harvest.failure.isEmpty()) {
            return new Answer(new Lookup.Failed(harvest.failure), dns.interval());
        }
        if (harvest.memberByName.isEmpty()) {
            return new Answer(new Lookup.Failed(harvest.nothing), dns.interval());
        }
        return new Answer(new Lookup.Found(List.copyOf(harvest.memberByName.values())), again(harvest.ttlSeconds));
    }

    private Duration again(long ttlSeconds) {
        Duration ttl = ttlSeconds >= LONGEST.toSeconds() ? LONGEST : Duration.ofSeconds(ttlSeconds);
        return ttl.compareTo(dns.interval()) < 0 ? dns.interval() : ttl;
    }

    private void bothFamilies(String name, int port, Weight weight, Harvest harvest) throws InterruptedException {
        addresses(name, port, weight, harvest, false);
        if (harvest.failure.isEmpty()) {
            addresses(name, port, weight, harvest, true);
        }
    }

    private void addresses(String name, int port, Weight weight, Harvest harvest, boolean six) throws InterruptedException {
        switch (resolver.addresses(name, six)) {
            case Records.Answered<InetAddress>(var addresses, long ttlSeconds) -> {
                harvest.ttlSeconds = Math.min(harvest.ttlSeconds, ttlSeconds);
                addresses.forEach(address -> add(new InetSocketAddress(address, port), weight, harvest));
            }
            case Records.None<InetAddress>(var cause) -> harvest.nothing = cause;
            case Records.Unanswered<InetAddress>(var cause) -> harvest.failure = cause;
        }
    }

    private void add(InetSocketAddress address, Weight weight, Harvest harvest) {
        if (address.getAddress().isAnyLocalAddress() || address.getAddress().isMulticastAddress() || address.getPort() == 0) {
            harvest.failure = dns.name() + ": " + address + " is no address of a server";
            return;
        }
        String name = Names.ofAddress("dns", address);
        harvest.memberByName.putIfAbsent(name,
                new Backend(name, address, dns.zone(), weight, OptionalInt.empty(), AdminState.ENABLED));
    }

    private void services(Harvest harvest) throws InterruptedException {
        switch (resolver.services(dns.name())) {
            case Records.Answered<Service>(var services, long ttlSeconds) -> {
                harvest.ttlSeconds = ttlSeconds;
                targets(services, harvest);
            }
            case Records.None<Service>(var cause) -> harvest.nothing = cause;
            case Records.Unanswered<Service>(var cause) -> harvest.failure = cause;
        }
    }

    /** Only those of the lowest priority are members: the others are for when these cannot be reached, which zones do better here. */
    private void targets(List<Service> services, Harvest harvest) throws InterruptedException {
        int first = services.stream().mapToInt(Service::priority).min().orElseThrow();
        List<Service> preferred = services.stream().filter(service -> service.priority() == first).toList();
        int heaviest = preferred.stream().mapToInt(Service::weight).max().orElseThrow();
        for (Service service : preferred) {
            if (service.target().equals(NO_SERVICE)) {
                harvest.nothing = dns.name() + ": the service is not available (its target is the root)";
            } else if (harvest.failure.isEmpty()) {
                bothFamilies(service.target(), service.port(), weight(service, heaviest), harvest);
            }
        }
    }

    /** The heaviest record has the weight of the configuration; 0 beside others is a very small chance of being chosen (RFC 2782). */
    private Weight weight(Service service, int heaviest) {
        if (heaviest == 0 || dns.weight().units() == 0) {
            return dns.weight();
        }
        return new Weight((int) Math.max(1, Math.round((double) service.weight() * dns.weight().units() / heaviest)));
    }

    @Override
    public void close() {
        resolver.close();
    }
}
