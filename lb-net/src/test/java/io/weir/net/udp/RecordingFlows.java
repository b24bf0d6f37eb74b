package io.weir.net.udp;

import io.weir.core.health.BackendKey;
import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.net.CloseReason;
import io.weir.net.RelayConnection;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Sends flow N to target N, modulo their number, and to the following ones when datagrams come back. Any thread. */
final class RecordingFlows implements FlowPolicy {
    private final List<InetSocketAddress> targets;

    private final AtomicInteger admitted = new AtomicInteger();

    volatile FlowTerms terms = new FlowTerms(Duration.ofMinutes(5), false);

    volatile byte[] header = {};

    volatile boolean admits = true;

    volatile boolean readsHeaders;

    final Queue<Flow> flows = new ConcurrentLinkedQueue<>();

    final Queue<CloseReason> ends = new ConcurrentLinkedQueue<>();

    final Queue<ConnectFailure> failures = new ConcurrentLinkedQueue<>();

    final AtomicInteger answered = new AtomicInteger();

    final AtomicInteger handedOver = new AtomicInteger();

    final Queue<HandedFlow> resumed = new ConcurrentLinkedQueue<>();

    record Flow(InetSocketAddress client, InetSocketAddress asked, int firstBytes) {}

    RecordingFlows(InetSocketAddress... targets) {
        this.targets = List.of(targets);
    }

    @Override
    public @Nullable FlowSession admit(RelayConnection flow, MemorySegment datagram) {
        if (!admits) {
            return null;
        }
        flows.add(new Flow(flow.clientAddress(), flow.listenAddress(), (int) datagram.byteSize()));
        return new Session(admitted.getAndIncrement());
    }

    @Override
    public boolean readsHeaders() {
        return readsHeaders;
    }

    @Override
    public boolean mustSendHeader(InetAddress sender) {
        return true;
    }

    @Override
    public @Nullable FlowSession goOn(RelayConnection flow, HandedFlow known) {
        resumed.add(known);
        return admits ? new Session(Integer.parseInt(known.backend().backend().substring("number-".length()))) : null;
    }

    private final class Session implements FlowSession {
        private final int number;

        private final long begunNanos = System.nanoTime();

        private int tries;

        Session(int number) {
            this.number = number;
        }

        @Override
        public FlowTerms terms() {
            return terms;
        }

        @Override
        public @Nullable InetSocketAddress first() {
            return tries < targets.size() ? targets.get((number + tries++) % targets.size()) : null;
        }

        @Override
        public @Nullable InetSocketAddress instead(ConnectFailure failure) {
            failures.add(failure);
            return first();
        }

        @Override
        public byte[] header() {
            return header;
        }

        @Override
        public void answered() {
            answered.incrementAndGet();
        }

        @Override
        public Held held() {
            return new Held(new BackendKey("pool", "number-" + number), Duration.ofNanos(System.nanoTime() - begunNanos));
        }

        @Override
        public void handedOver() {
            handedOver.incrementAndGet();
        }

        @Override
        public void closed(CloseReason reason, long bytesToBackend, long bytesToClient) {
            ends.add(reason);
        }
    }
}
