package io.weir.health.probe;

import io.weir.core.model.Probe;
import io.weir.core.model.TlsSettings;
import io.weir.net.Loop;
import io.weir.net.Transport;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Probes over real sockets on the probe loop. Confined to it. What would hold the loop up has virtual threads: reading certificates, the
 * arithmetic of TLS handshakes, scripts.
 */
public final class SocketProber implements Prober, AutoCloseable {
    private static final Executor VIRTUAL = task -> Thread.ofVirtual().name("probe-task").start(task);

    private final Dialler dialler;
    private final ScriptRuns scripts;
    private final Pings pings;
    private final RandomGenerator random = new SecureRandom();

    /** @param mostKept connections that may wait for the next probe of their target */
    public SocketProber(Transport transport, Loop loop, int mostKept) {
        this.dialler = new Dialler(loop, transport, new TlsContexts(VIRTUAL), new KeptConnections(mostKept));
        this.scripts = new ScriptRuns(loop);
        this.pings = new Pings(loop);
    }

    @Override
    public Running start(ProbeTarget target, Listener listener) {
        return switch (target.check().probe()) {
            case Probe.Tcp tcp -> connect(target, new TcpProbe(tcp), Optional.empty(), listener);
            case Probe.Tls(TlsSettings tls) -> connect(target, new TlsProbe(), Optional.of(profile(tls, false)), listener);
            case Probe.Http http ->
                connect(target, new HttpProbe(http, target.address()), http.tls().map(tls -> profile(tls, false)), listener);
            case Probe.Grpc grpc ->
                connect(target, new GrpcProbe(grpc, target.address()), grpc.tls().map(tls -> profile(tls, true)), listener);
            case Probe.Udp udp -> ask(target, new UdpQuestion(udp), listener);
            case Probe.Dns dns -> ask(target, new DnsQuestion(dns, (short) random.nextInt()), listener);
            case Probe.Icmp _ -> pings.start(target, listener);
            case Probe.Script script -> run(target, script, listener);
        };
    }

    private Running connect(ProbeTarget target, ProbeConversation conversation, Optional<TlsProfile> tls, Listener listener) {
        ProbeConnection connection = new ProbeConnection(dialler, target, conversation, tls, listener);
        connection.open();
        return connection;
    }

    private static TlsProfile profile(TlsSettings settings, boolean http2) {
        return new TlsProfile(settings, http2, VIRTUAL);
    }

    private Running ask(ProbeTarget target, DatagramProbe.Question question, Listener listener) {
        DatagramProbe probe = new DatagramProbe(dialler, target, question, listener);
        probe.open();
        return probe;
    }

    private Running run(ProbeTarget target, Probe.Script settings, Listener listener) {
        ScriptProbe probe = new ScriptProbe(scripts, target, settings, listener);
        probe.open();
        return probe;
    }

    @Override
    public void close() {
        dialler.kept().close();
        pings.close();
    }
}
