package io.weir.net.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.net.EventLoops;
import io.weir.net.Transport;
import io.weir.testkit.Seeded;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class FlowTableProperties {
    @Test
    void aTableHoldsWhatAMapHolds() {
        try (var loops = EventLoops.start(Transport.NIO, 1)) {
            FlowDoor door = door(loops);
            Seeded.rounds(50, random -> check(door, random));
        }
    }

    private static FlowDoor door(EventLoops loops) {
        var shared = new ChannelUdpLoop(loops.traffic().getFirst(), Transport.NIO);
        return new FlowDoor(shared, new InetSocketAddress(InetAddress.getLoopbackAddress(), 53), false, (_, _) -> null) {
            @Override
            void shut() {
                // It has no socket.
            }
        };
    }

    private static void check(FlowDoor door, RandomGenerator random) {
        var table = new FlowTable(new SplittableRandom(random.nextLong()));
        Map<Integer, UdpFlow> model = new HashMap<>();
        var asked = new Peer();
        int growth = random.nextInt(3, 9);
        for (int step = 0; step < 20_000; step++) {
            int name = random.nextInt(5_000);
            Peer client = client(name);
            UdpFlow known = model.get(name);
            assertThat(table.find(table.hash(client, asked, null), client, asked, null)).isSameAs(known);
            if (known == null) {
                var flow = new UdpFlow(door, table.hash(client, asked, null), client, asked, null);
                table.add(flow);
                model.put(name, flow);
            } else if (random.nextInt(10) >= growth) {
                table.remove(known);
                model.remove(name);
            }
        }
        Set<UdpFlow> visited = new HashSet<>();
        table.forEach(visited::add);
        assertThat(visited).isEqualTo(Set.copyOf(model.values()));
        assertThat(table.size()).isEqualTo(model.size());
        List<UdpFlow> all = new ArrayList<>(model.values());
        table.forEach(table::remove);
        assertThat(table.size()).isZero();
        assertThat(all).hasSizeGreaterThan(1_000);
    }

    private static Peer client(int name) {
        var client = new Peer();
        client.low = 0x0a000000L + name / 7;
        client.port = 1024 + name % 7;
        return client;
    }
}
