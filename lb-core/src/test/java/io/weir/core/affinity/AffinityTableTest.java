package io.weir.core.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.BackendKey;
import io.weir.core.model.Affinity;
import io.weir.core.model.Affinity.AtWeightZero;
import io.weir.core.model.Algorithm;
import io.weir.core.model.Algorithm.HashKey;
import io.weir.core.model.ByteRange;
import io.weir.core.model.Cidr;
import io.weir.core.model.Configuration;
import io.weir.core.model.Pool;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AffinityTableTest implements AffinityFollower {
    private static final Affinity RULES = new Affinity(Duration.ofMinutes(1), 32, 64, 1000, AtWeightZero.END);
    private static final Target ONE = target("i-01");
    private static final Target TWO = target("i-02");

    private final AtomicLong nanos = new AtomicLong();
    private final AffinityFeed feed = new AffinityFeed(64);
    private final AffinityTables tables = new AffinityTables(feed, nanos::get);
    private final AffinityTable table = table(tables, RULES);
    private final AffinityKey client = key("192.0.2.7");
    private final List<AffinityChange> changes = new ArrayList<>();
    private int missed;

    private static Target target(String name) {
        return new Target(new BackendKey("shop", name), new InetSocketAddress(InetAddress.getLoopbackAddress(), 80));
    }

    private static AffinityTable table(AffinityTables tables, Affinity rules) {
        return tables.table(Pool.builder("shop").affinity(rules).build()).orElseThrow();
    }

    private AffinityKey key(String address) {
        return Objects.requireNonNull(table.key(InetAddress.ofLiteral(address)));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Override
    public void changed(Collection<AffinityChange> batch) {
        changes.addAll(batch);
    }

    @Override
    public void missed() {
        missed++;
    }

    @Test
    void aSourceStaysWhereItWasSeenFirst() {
        assertThat(table.get(client)).isNull();

        assertThat(table.claim(client, null, ONE)).isEqualTo(ONE);
        assertThat(table.claim(client, null, TWO)).isEqualTo(ONE);

        assertThat(table.get(client)).isEqualTo(ONE);
    }

    @Test
    void aSourceMovesWithWhomHasSeenWhereItStayed() {
        table.claim(client, null, ONE);

        assertThat(table.claim(client, ONE, TWO)).isEqualTo(TWO);

        assertThat(table.get(client)).isEqualTo(TWO);
    }

    @Test
    void theTimeoutBeginsAnewWithEachLookUpButNotWithALook() {
        table.claim(client, null, ONE);
        pass(Duration.ofSeconds(59));
        table.get(client);
        pass(Duration.ofSeconds(59));
        assertThat(table.peek(client)).isEqualTo(ONE);

        pass(Duration.ofSeconds(2));

        assertThat(table.get(client)).isNull();
        table.clean();
        assertThat(table.expired()).isEqualTo(1);
        assertThat(table.size()).isZero();
    }

    @Test
    void aFullTableForgetsAndCounts() {
        table(tables, new Affinity(Duration.ofMinutes(1), 32, 64, 10, AtWeightZero.END));
        for (int i = 0; i < 30; i++) {
            table.claim(key("192.0.2." + i), null, ONE);
        }
        table.clean();

        assertThat(table.size()).isEqualTo(10);
        assertThat(table.evicted()).isEqualTo(20);
        assertThat(table.expired()).isZero();
    }

    @Test
    void aChangeOfTimeoutHoldsForEntriesThatAreThere() {
        table.claim(client, null, ONE);

        assertThat(table(tables, Affinity.of(Duration.ofSeconds(5)))).isSameAs(table);
        pass(Duration.ofSeconds(6));

        assertThat(table.get(client)).isNull();
    }

    @Test
    void otherPrefixesAreAnotherTable() {
        table.claim(client, null, ONE);

        AffinityTable wider = table(tables, new Affinity(Duration.ofMinutes(1), 24, 64, 1000, AtWeightZero.END));

        assertThat(wider.size()).isZero();
        tables.retain(Configuration.EMPTY);
        assertThat(tables.all()).isEmpty();
    }

    @Test
    void followersHearOfEachSourceOnceHoweverOftenItMoved() {
        table.claim(client, null, ONE);
        table.claim(client, ONE, TWO);
        AffinityKey other = key("192.0.2.8");
        table.claim(other, null, ONE);

        assertThat(feed.drain(this)).isEqualTo(3);

        assertThat(changes).containsExactlyInAnyOrder(new AffinityChange(table, client, null, TWO),
                new AffinityChange(table, other, null, ONE));
        assertThat(missed).isZero();
    }

    @Test
    void whatIsGoneAgainIsNoChange() {
        table.claim(client, null, ONE);
        table.remove(AffinityTable.Filter.ALL);

        feed.drain(this);

        assertThat(changes).isEmpty();
    }

    @Test
    void anEntryThatExpiredAndCameBackElsewhereHasMoved() {
        table.claim(client, null, ONE);
        feed.drain(this);
        changes.clear();
        pass(Duration.ofMinutes(2));

        table.claim(client, null, TWO);
        feed.drain(this);

        assertThat(changes).containsExactly(new AffinityChange(table, client, ONE, TWO));
    }

    @Test
    void changesThatDoNotFitAreCountedAndFollowersAreTold() {
        for (int i = 0; i < 100; i++) {
            table.claim(key("192.0.2." + i), null, ONE);
        }

        feed.drain(this);
        feed.drain(this);

        assertThat(changes).hasSize(64);
        assertThat(feed.dropped()).isEqualTo(36);
        assertThat(missed).isEqualTo(1);
    }

    @Test
    void entriesAreFoundAndRemovedByBackendAndClient() {
        table.claim(client, null, ONE);
        table.claim(key("192.0.2.8"), null, TWO);
        table.claim(key("198.51.100.1"), null, TWO);
        pass(Duration.ofSeconds(3));
        var filter = new AffinityTable.Filter(Optional.of("i-02"), Optional.of(Cidr.parse("192.0.2.0/24")));

        assertThat(table.entries(filter, 10))
            .containsExactly(new AffinityTable.Entry("192.0.2.8", TWO, Duration.ofSeconds(3)));
        assertThat(table.entries(AffinityTable.Filter.ALL, 2)).hasSize(2);
        assertThat(table.remove(filter)).isEqualTo(1);
        assertThat(table.size()).isEqualTo(2);
    }

    @Test
    void anotherProcessGoesOnWithWhatItKnowsForTheSameSources() {
        for (int i = 0; i < 700; i++) {
            table.claim(key("192.0." + i / 256 + "." + i % 256), null, i % 2 == 0 ? ONE : TWO);
        }
        List<AffinityBatch> batches = tables.handOver();
        assertThat(batches).hasSize(2);

        var heirs = new AffinityTables(feed, nanos::get);
        heirs.goOnWith(batches);
        feed.drain(this);
        missed = 0;
        AffinityTable heir = table(heirs, RULES);

        assertThat(heir.size()).isEqualTo(700);
        assertThat(heir.get(key("192.0.0.3"))).isEqualTo(TWO);
        feed.drain(this);
        assertThat(missed).as("whoever counts counts anew").isEqualTo(1);

        var others = new AffinityTables(feed, nanos::get);
        others.goOnWith(batches);
        assertThat(table(others, new Affinity(Duration.ofMinutes(1), 24, 64, 1000, AtWeightZero.END)).size()).isZero();
    }

    @Test
    void aPoolThatHashesConnectionIdsHasATableOfThem() {
        Pool quic = Pool.builder("quic").algorithm(new Algorithm.Maglev(HashKey.QUIC_ID, new ByteRange(2, 4), Optional.empty())).build();
        AffinityTable ids = tables.table(quic).orElseThrow();
        var id = new AffinityKey(0x0102_0300_0000_0000L, 0);

        ids.put(id, ONE);
        ids.put(id, TWO);

        assertThat(ids.get(id)).isEqualTo(TWO);
        assertThat(ids.entries(AffinityTable.Filter.ALL, 1).getFirst().source()).isEqualTo("010203");
        assertThat(ids.key(InetAddress.ofLiteral("192.0.2.7"))).isNull();
        assertThat(ids.entries(new AffinityTable.Filter(Optional.empty(), Optional.of(Cidr.parse("0.0.0.0/0"))), 1)).isEmpty();
        assertThat(tables.table(Pool.builder("none").build())).isEmpty();
    }
}
