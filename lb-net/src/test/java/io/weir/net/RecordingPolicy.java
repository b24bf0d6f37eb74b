package io.weir.net;

import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.model.Offload;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Relays every connection to the same backends in the same order, and remembers what became of it. Any thread. */
final class RecordingPolicy implements RelayPolicy {
    private static final RelayTimeouts TIMEOUTS = new RelayTimeouts(Duration.ofSeconds(20), Duration.ofMillis(300), Duration.ofMinutes(5));

    private final List<InetSocketAddress> targets;

    private final RelayTimeouts timeouts;

    private final byte[] preamble;

    private final boolean admits;

    /** What each connection must begin with, one after the other. */
    private final List<Function<RelayConnection, Preface>> prefaces;

    private Offload offload = Offload.AUTO;

    /** Ends each connection's TLS. */
    private final Supplier<@Nullable RelayTls> tls;

    private final Queue<Session> sessions = new ConcurrentLinkedQueue<>();

    private RecordingPolicy(
            List<InetSocketAddress> targets, RelayTimeouts timeouts, byte[] preamble, boolean admits,
            List<Function<RelayConnection, Preface>> prefaces, Supplier<@Nullable RelayTls> tls) {
        this.targets = List.copyOf(targets);
        this.timeouts = timeouts;
        this.preamble = preamble;
        this.admits = admits;
        this.prefaces = prefaces;
        this.tls = tls;
    }

    static RecordingPolicy to(InetSocketAddress... targets) {
        return new RecordingPolicy(List.of(targets), TIMEOUTS, new byte[0], true, List.of(), () -> null);
    }

    RecordingPolicy connect(Duration whole, Duration attempt) {
        return new RecordingPolicy(targets, new RelayTimeouts(whole, attempt, timeouts.idle()), preamble, admits, prefaces, tls);
    }

    RecordingPolicy idle(Duration idle) {
        var changed = new RelayTimeouts(timeouts.connect(), timeouts.attempt(), idle);
        return new RecordingPolicy(targets, changed, preamble, admits, prefaces, tls);
    }

    RecordingPolicy preamble(String text) {
        return new RecordingPolicy(targets, timeouts, text.getBytes(StandardCharsets.US_ASCII), admits, prefaces, tls);
    }

    RecordingPolicy offload(Offload wanted) {
        offload = wanted;
        return this;
    }

    RecordingPolicy refusing() {
        return new RecordingPolicy(targets, timeouts, preamble, false, prefaces, tls);
    }

    RecordingPolicy prefaces(List<Function<RelayConnection, Preface>> wanted) {
        return new RecordingPolicy(targets, timeouts, preamble, admits, wanted, tls);
    }

    RecordingPolicy ending(Supplier<@Nullable RelayTls> wanted) {
        return new RecordingPolicy(targets, timeouts, preamble, admits, prefaces, wanted);
    }

    @Override
    public @Nullable RelaySession admit(RelayConnection connection) {
        if (!admits) {
            return null;
        }
        var session = new Session(connection);
        sessions.add(session);
        return session;
    }

    /** All connections so far, in the order of their arrival. */
    List<Session> sessions() {
        return List.copyOf(sessions);
    }

    Session only() {
        List<Session> all = sessions();
        if (all.size() != 1) {
            throw new AssertionError(all.size() + " connections, want 1");
        }
        return all.getFirst();
    }

    final class Session implements RelaySession {
        final RelayConnection connection;

        final InetSocketAddress clientAddress;

        final InetSocketAddress listenAddress;

        private final Iterator<Function<RelayConnection, Preface>> unread = prefaces.iterator();

        private final Iterator<InetSocketAddress> untried = targets.iterator();

        final RelayTraffic traffic = new RelayTraffic();

        private final List<ConnectFailure> failures = new ArrayList<>();

        volatile boolean connected;

        volatile boolean answered;

        volatile boolean hungUp;

        volatile @Nullable CloseReason reason;

        volatile int closings;

        volatile long bytesToBackend;

        volatile long bytesToClient;

        Session(RelayConnection connection) {
            this.connection = connection;
            this.clientAddress = connection.clientAddress();
            this.listenAddress = connection.listenAddress();
        }

        @Override
        public @Nullable Preface preface() {
            return unread.hasNext() ? unread.next().apply(connection) : null;
        }

        @Override
        public @Nullable RelayTls tls() {
            return tls.get();
        }

        @Override
        public RelayTraffic traffic() {
            return traffic;
        }

        @Override
        public RelayTimeouts timeouts() {
            return timeouts;
        }

        @Override
        public Offload offload() {
            return offload;
        }

        @Override
        public @Nullable InetSocketAddress first() {
            return untried.hasNext() ? untried.next() : null;
        }

        @Override
        public @Nullable InetSocketAddress instead(ConnectFailure failure) {
            synchronized (failures) {
                failures.add(failure);
            }
            return first();
        }

        @Override
        public byte[] connected() {
            connected = true;
            return preamble;
        }

        @Override
        public void answered() {
            assert !answered && !hungUp : "told twice";
            answered = true;
        }

        @Override
        public void hungUp() {
            assert !answered && !hungUp : "told twice";
            hungUp = true;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one loop writes
        public void closed(CloseReason why, long toBackend, long toClient) {
            bytesToBackend = toBackend;
            bytesToClient = toClient;
            closings++;
            reason = why;
        }

        List<ConnectFailure> failures() {
            synchronized (failures) {
                return List.copyOf(failures);
            }
        }
    }
}
