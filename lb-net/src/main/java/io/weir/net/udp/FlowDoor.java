package io.weir.net.udp;

import io.weir.net.CloseReason;
import io.weir.net.LoopLoad;
import io.weir.net.ProxyHeaderDecoder;
import io.weir.net.TimerWheel;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One listener on one loop: its flows, whatever moves their datagrams. Confined to the loop, but for the counters. */
abstract class FlowDoor {
    /** How long a flow of a listener that is being closed may be silent. */
    static final long LAST_TICKS = TimerWheel.ticksFor(Duration.ofSeconds(5));

    private final UdpLoop shared;

    private final InetSocketAddress address;

    private final boolean inet6;

    private final boolean tellsAsked;

    private final FlowPolicy policy;

    private final FlowTable flows;

    private final UdpCounters counters = new UdpCounters();

    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private boolean closing;

    private boolean readsHeaders;

    /** @param tellsAsked whether it has several addresses, and answers come from the one that was asked */
    FlowDoor(UdpLoop shared, InetSocketAddress address, boolean tellsAsked, FlowPolicy policy) {
        this.shared = shared;
        this.address = address;
        this.inet6 = DatagramCalls.isInet6(address);
        this.tellsAsked = tellsAsked;
        this.policy = policy;
        this.flows = new FlowTable(new SplittableRandom());
    }

    /** Asks the policy anew if PROXY headers are to be read; true: it has changed its mind. */
    final boolean isToReadHeadersAnew() {
        boolean before = readsHeaders;
        readsHeaders = policy.readsHeaders();
        return readsHeaders != before;
    }

    final boolean readsHeaders() {
        return readsHeaders;
    }

    /** Whether the datagrams of this sender must begin with a PROXY header. */
    final boolean mustSendHeader(Peer sender) {
        return readsHeaders && policy.mustSendHeader(address(sender).getAddress());
    }

    private InetSocketAddress address(Peer peer) {
        return Peer.address(inet6, peer.high, peer.low, peer.port, peer.scope);
    }

    /** What a datagram begins with: a header of so many bytes, which names somebody; the sender itself if it names nobody. */
    record Preface(int bytes, NamedClient named) {}

    /** Reads the header of a datagram; null: it is dropped, and counted. */
    final @Nullable Preface preface(ByteBuffer datagram, Peer sender) {
        return switch (ProxyHeaderDecoder.decodeDatagram(datagram)) {
            case ProxyHeaderDecoder.Result.Proxied(int bytes, var source, var destination) ->
                new Preface(bytes, new NamedClient(source, destination));
            case ProxyHeaderDecoder.Result.Local(int bytes) -> new Preface(bytes, new NamedClient(address(sender), address));
            case ProxyHeaderDecoder.Result.Refused _,ProxyHeaderDecoder.Result.More _ -> {
                counters.drops(Drop.BAD_PREFACE).increment();
                yield null;
            }
        };
    }

    /** The flow of these; null: there is none yet. */
    final @Nullable UdpFlow find(Peer client, Peer asked, @Nullable NamedClient named) {
        return flows.find(flows.hash(client, asked, named), client, asked, named);
    }

    /** Begins the flow whose first datagram has come; null: the datagram is dropped, and counted. */
    final @Nullable UdpFlow admit(Peer client, Peer asked, @Nullable NamedClient named, MemorySegment datagram) {
        if (isClosing()) {
            return drop(Drop.CLOSING);
        }
        LoopLoad load = shared.loop().load();
        if (load.sheds()) {
            load.countShed();
            return drop(Drop.OVERLOADED);
        }
        UdpFlow flow = new UdpFlow(this, flows.hash(client, asked, named), client, asked, named);
        FlowSession session = policy.admit(flow, datagram);
        if (session == null) {
            return drop(Drop.REFUSED);
        }
        flows.add(flow);
        counters.flows().increment();
        Drop failure = flow.open(session);
        return failure == null ? flow : drop(failure);
    }

    /** Goes on with a flow of another process; false: it is forgotten. */
    final boolean goOn(HandedFlow known, UpstreamPort port) {
        Peer client = new Peer();
        client.set(known.sender(), inet6);
        Peer asked = new Peer();
        if (tellsAsked) {
            asked.set(known.asked(), inet6);
        }
        NamedClient named = known.named().orElse(null);
        if (closing || find(client, asked, named) != null) {
            return false;
        }
        UdpFlow flow = new UdpFlow(this, flows.hash(client, asked, named), client, asked, named);
        FlowSession session = policy.goOn(flow, known);
        if (session == null) {
            return false;
        }
        flows.add(flow);
        counters.flows().increment();
        flow.goOn(session, known, port);
        return true;
    }

    /** Visits all flows; the visitor may end the visited one. */
    final void forEach(Consumer<UdpFlow> visitor) {
        flows.forEach(visitor);
    }

    private @Nullable UdpFlow drop(Drop why) {
        counters.drops(why).increment();
        return null;
    }

    /** A flow has ended. */
    final void left(UdpFlow flow) {
        flows.remove(flow);
        counters.flows().add(-1);
        shutIfEmpty();
    }

    /** Lets no flow begin any more, and shuts when none is left. */
    final void close() {
        closing = true;
        flows.forEach(UdpFlow::reconsider);
        shutIfEmpty();
    }

    private void shutIfEmpty() {
        if (closing && flows.size() == 0) {
            shut();
        }
    }

    /** Ends all flows and shuts. */
    final void cut() {
        closing = true;
        flows.forEach(flow -> flow.close(CloseReason.DRAINED));
        shutIfEmpty();
    }

    /** Closes its socket, at the end of the loop's turn at the latest, and then completes {@link #ended}; may be called again. */
    abstract void shut();

    /** Completes when its socket is closed and its address free; any thread. */
    final CompletableFuture<Void> ended() {
        return ended;
    }

    final boolean isClosing() {
        return closing;
    }

    final UdpLoop shared() {
        return shared;
    }

    final UdpCounters counters() {
        return counters;
    }

    final InetSocketAddress address() {
        return address;
    }

    final boolean inet6() {
        return inet6;
    }

    /** Whether a flow knows the address that its client asked, beyond {@link #address}. */
    final boolean tellsAsked() {
        return tellsAsked;
    }
}
