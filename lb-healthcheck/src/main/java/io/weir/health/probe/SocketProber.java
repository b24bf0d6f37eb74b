package io.weir.health.probe;

import io.weir.core.model.Probe;
import io.weir.net.Loop;
import io.weir.net.Transport;

/** Probes over real sockets on the probe loop. Confined to it. */
public final class SocketProber implements Prober {
    private final Transport transport;
    private final Loop loop;

    public SocketProber(Transport transport, Loop loop) {
        this.transport = transport;
        this.loop = loop;
    }

    @Override
    public Running start(ProbeTarget target, Listener listener) {
        ProbeConversation conversation = switch (target.check().probe()) {
            case Probe.Tcp _ -> new TcpProbe();
            case Probe.Http http -> new HttpProbe(http, target.address());
            case Probe.Tls _,Probe.Grpc _,Probe.Udp _,Probe.Icmp _,Probe.Dns _,Probe.Script _ ->
                throw new IllegalArgumentException(target.check().probe().type() + ", which the configuration refuses");
        };
        ProbeConnection connection = new ProbeConnection(loop, target, conversation, listener);
        connection.open(transport);
        return connection;
    }
}
