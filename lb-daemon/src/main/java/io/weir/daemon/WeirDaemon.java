package io.weir.daemon;

import io.weir.core.affinity.AffinityTables;
import io.weir.core.config.ConfigStore;
import io.weir.core.config.FileConfigStore;
import io.weir.core.config.LastKnownFile;
import io.weir.core.config.RegistrationFile;
import io.weir.core.model.LastKnown;
import io.weir.core.model.Node;
import io.weir.core.model.Registration;
import io.weir.core.snapshot.SnapshotBuilder;
import io.weir.core.snapshot.SnapshotPublisher;
import io.weir.core.telemetry.EventLog;
import io.weir.daemon.admin.AdminServer;
import io.weir.daemon.admin.Api;
import io.weir.daemon.admin.Managed;
import io.weir.daemon.certificate.CertificateDesk;
import io.weir.daemon.control.Addresses;
import io.weir.daemon.control.AffinityDesk;
import io.weir.daemon.control.CommandThread;
import io.weir.daemon.control.Control;
import io.weir.daemon.control.DoorStatus;
import io.weir.daemon.control.Doors;
import io.weir.daemon.control.Edits;
import io.weir.daemon.control.HealthDesk;
import io.weir.daemon.control.Journal;
import io.weir.daemon.control.LastKnownKeeper;
import io.weir.daemon.control.LoopStates;
import io.weir.daemon.control.MemberDesk;
import io.weir.daemon.control.PoolJournal;
import io.weir.daemon.control.Registrar;
import io.weir.daemon.metrics.AffinityCollector;
import io.weir.daemon.metrics.LoopCollector;
import io.weir.daemon.metrics.MembershipCollector;
import io.weir.daemon.metrics.MemoryCollector;
import io.weir.daemon.metrics.Metrics;
import io.weir.daemon.metrics.ProbeCollector;
import io.weir.daemon.metrics.TlsCollector;
import io.weir.daemon.metrics.TrafficCollector;
import io.weir.daemon.overload.Watchdog;
import io.weir.daemon.sessionlog.SessionLog;
import io.weir.daemon.takeover.HandOver;
import io.weir.daemon.takeover.Predecessor;
import io.weir.daemon.webhook.Webhooks;
import io.weir.health.discovery.MemberSources;
import io.weir.health.passive.EvidenceQueue;
import io.weir.health.schedule.HealthChecker;
import io.weir.l4.listener.TcpListeners;
import io.weir.l4.listener.UdpListeners;
import io.weir.l7.listener.HttpPlane;
import io.weir.net.EventLoops;
import io.weir.net.Inheritance;
import io.weir.net.Supervisor;
import io.weir.net.Transport;
import io.weir.net.TransportChoice;
import io.weir.net.tls.TicketKeys;
import io.weir.net.tls.TlsServers;
import io.weir.net.udp.HandedPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process. {@link #start} makes everything and gives it to those that need it, in the order in which it starts; it ends in the opposite
 * order. Any thread may call it but those that it makes.
 */
public final class WeirDaemon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WeirDaemon.class);
    /** How long the start waits for ports that hang before it goes on without them. */
    private static final Duration FIRST_DOORS = Duration.ofSeconds(10);

    /** How long a predecessor serves on while sources of members do not answer. */
    private static final Duration SOURCES = Duration.ofSeconds(5);

    private final Running running;
    private final Control control;
    private final AtomicBoolean ready;
    private final Node node;
    private final Optional<InetSocketAddress> adminHttp;
    private final Ending ending;
    private final Optional<Supervisor> supervisor = Supervisor.ofEnvironment();

    private WeirDaemon(Running running, Control control, AtomicBoolean ready, Node node, Optional<InetSocketAddress> adminHttp,
            Duration grace) {
        this.running = running;
        this.control = control;
        this.ready = ready;
        this.node = node;
        this.adminHttp = adminHttp;
        this.ending = new Ending(control, ready, grace, this::close);
    }

    /** Opens the store in a node's state folder. */
    @FunctionalInterface
    interface StoreOpener {
        /** @throws IOException also when another process has it open */
        ConfigStore open(Path state) throws IOException;
    }

    /** Starts a daemon; when this returns, listeners accept and the admin socket is there. */
    public static WeirDaemon start(DaemonOptions options) throws StartRefused {
        return start(options, FileConfigStore::new);
    }

    static WeirDaemon start(DaemonOptions options, StoreOpener opener) throws StartRefused {
        var running = new Running();
        try {
            return start(options, opener, running);
        } catch (StartRefused | RuntimeException e) {
            running.close();
            throw e;
        }
    }

    private static WeirDaemon start(DaemonOptions options, StoreOpener opener, Running running) throws StartRefused {
        Instant startedAt = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
        Node node = NodeSource.load(options.nodeFile());
        Optional<Predecessor> predecessor = options.takeOver() ? Optional.of(running.add(predecessor(node))) : Optional.empty();
        Inheritance inheritance = predecessor.map(Predecessor::inheritance).orElseGet(Inheritance::new);
        ConfigStore store = running.add(open(opener, node.state()));
        var first = new FirstRevision(store, InstantSource.system(), node).load(options);

        var events = new EventLog(EventLog.DEFAULT_CAPACITY);
        var _ = events.follow(event -> LOG.info("{}", event.line()));
        var journal = new Journal(events, InstantSource.system());
        TransportChoice transport = transport(node);
        Optional<SessionLog> log = sessionLog(node, running);
        EventLoops loops = running
            .add(EventLoops.start(transport.transport(), node.workers().orElse(Runtime.getRuntime().availableProcessors()), inheritance));
        Watchdog watchdog = running.add(Watchdog.start(loops, journal, node.memory()));
        var states = new LoopStates(loops);
        var publisher = new SnapshotPublisher();
        publisher.subscribe(states::follow);
        publisher.subscribe(new PoolJournal(journal)::follow);

        AffinityDesk affinity = running.add(new AffinityDesk());
        CommandThread thread = running.add(new CommandThread("control"));
        var health = new HealthDesk(thread, journal, states::traffic, states::answers);
        predecessor.ifPresent(before -> {
            health.goOnWith(before.health());
            affinity.tables().goOnWith(before.affinity());
        });
        var evidence = new EvidenceQueue(thread, health::onEvidence);
        HttpPlane http = running.add(new HttpPlane(loops, states.byLoop(), publisher, evidence));
        publisher.subscribe(http::follow);
        var tlsServers = new TlsServers();
        CertificateDesk certificates = running
            .add(new CertificateDesk(loops, tlsServers, journal, predecessor.map(Predecessor::ticketKeys).orElseGet(TicketKeys::random)));
        certificates.start(first.configuration());
        publisher.subscribe(certificates::follow);
        var tcp = new TcpListeners(loops, publisher, states.byLoop(), evidence, log, tlsServers);
        publisher.subscribe(tcp::follow);
        var udp = new UdpListeners(loops, publisher, states.byLoop(), evidence, tcp.sessions(), log);
        publisher.subscribe(udp::follow);
        predecessor.ifPresent(_ -> udp.awaitFlows());
        var plane = new TrafficPlane(tcp, udp, http);
        var doors = new Doors(plane, thread, journal);
        var registrations = new RegistrationFile(node.state());
        var registrar = new Registrar(thread, journal, registered(registrations));
        var lastKnown = new LastKnownFile(node.state());
        var keeper = new LastKnownKeeper(thread, journal, lastKnown(lastKnown));
        health.keepTiersWith(keeper);
        var members = new MemberDesk(thread, journal, registrar, keeper);
        Control control = running
            .add(new Control(new Control.Parts(thread, members, health, doors, plane, store,
                    new SnapshotBuilder(node.zone(), affinity.tables()), publisher, journal), first));
        registrar.storeOn(all -> control.ask(_ -> {
            registrations.write(all);
            return all;
        }));
        keeper.storeOn(known -> control.ask(held -> {
            held.ensureHeld();
            lastKnown.write(known);
            return known;
        }));
        MemberSources sources = running.add(new MemberSources(loops, members::onLookup));
        members.watchWith(sources::follow);
        HealthChecker checker = running.add(new HealthChecker(loops, health::onProbe));
        health.probeWith(checker::probeNow);
        Webhooks webhooks = running.add(new Webhooks(events, node.name(), InstantSource.system()));
        publisher.subscribe(diff -> {
            if (diff.reconfigured()) {
                webhooks.follow(diff.after().configuration().webhooks());
                checker.follow(diff.after().configuration());
            }
        });

        Metrics metrics = running.add(new Metrics(publisher,
                new TrafficCollector(publisher, control::doors, states::traffic, health.counters()),
                new MembershipCollector(control::sources, webhooks::statuses), new ProbeCollector(checker.counters()),
                new LoopCollector(loops, http::heldBytes), new MemoryCollector(watchdog::usages),
                new AffinityCollector(affinity, states::affinity),
                new TlsCollector(control::doors, certificates::statuses)));
        metrics.dropped("evidence", evidence::dropped);
        metrics.dropped("affinity", affinity::dropped);
        log.ifPresent(open -> metrics.dropped("session-log", open::dropped));
        var ready = new AtomicBoolean();
        var process = new Managed.ThisProcess(version(), node, ProcessHandle.current().pid(), startedAt, transport.transport(),
                transport.reason(), loops.traffic().size());
        var edits = new Edits(control, node, transport.transport(), certificates::problems, publisher::current);
        var managed = new Managed(control, edits, publisher, events,
                webhooks::statuses,
                states::traffic,
                health.lastProbes(), process,
                ready::get,
                metrics::scrape, List.of(tcp.sessions(), http.sessions()), affinity, certificates::statuses);
        var admin = running.add(new AdminServer(loops, new Api(managed), predecessor.isPresent()));

        Optional<InetSocketAddress> adminHttp = bind(admin, node);
        control.start(predecessor.isPresent() ? SOURCES : Duration.ZERO)
            .completeOnTimeout(null, FIRST_DOORS.toSeconds(), TimeUnit.SECONDS)
            .join();
        ready.set(true);
        if (predecessor.isPresent()) {
            replace(predecessor.get(), udp);
        }
        var daemon = new WeirDaemon(running, control, ready, node, adminHttp, options.drainGrace());
        daemon.mayBeReplaced(affinity.tables(), udp, certificates, admin, checker);
        appear(admin);
        LOG.info("weir {} serves revision {} with {} listeners, transport {}, {} workers, socket {}, started in {} ms", version(),
                first.number(),
                first.configuration().listeners().size(), transport, loops.traffic().size(), node.adminSocket(),
                Duration.between(startedAt, Instant.now()).toMillis());
        daemon.tellSupervisor(Supervisor::ready);
        return daemon;
    }

    private static Predecessor predecessor(Node node) throws StartRefused {
        if (transport(node).transport() == Transport.NIO) {
            throw new StartRefused(List.of("transport nio cannot go on with the sockets of another process; want auto, epoll or io_uring"));
        }
        try {
            return Predecessor.ask(node.state(), version());
        } catch (IOException e) {
            throw new StartRefused(String.valueOf(e.getMessage()), e);
        }
    }

    private static void replace(Predecessor predecessor, UdpListeners udp) throws StartRefused {
        try {
            long begunNanos = System.nanoTime();
            List<HandedPort> ports = predecessor.replace(predecessor.inheritance().settle());
            int forgotten = udp.goOn(ports);
            if (forgotten > 0) {
                LOG.warn("{} flows are forgotten: their backend is gone, or a limit is in the way", forgotten);
            }
            LOG.info("took over from process {}", predecessor.pid());
            if (!ports.isEmpty()) {
                LOG.info("goes on with {} flows of datagrams, which waited {} ms at most",
                        ports.stream().mapToInt(port -> port.flows().size()).sum() - forgotten,
                        Duration.ofNanos(System.nanoTime() - begunNanos).toMillis());
            }
        } catch (IOException e) {
            throw new StartRefused(String.valueOf(e.getMessage()), e);
        }
    }

    /** Where the socket for that cannot be, all else works. */
    private void mayBeReplaced(AffinityTables stays, UdpListeners udp, CertificateDesk certificates, AdminServer admin,
            HealthChecker checker) {
        try {
            running.add(HandOver.open(node.state(), version(),
                    new Replaceable(control, stays, udp, certificates, admin, checker, ending, supervisor)));
        } catch (IOException e) {
            LOG.warn("this process cannot be taken over: {}", e.getMessage());
        }
    }

    /** What is told to a service manager. */
    @FunctionalInterface
    private interface Notice {
        void tell(Supervisor supervisor) throws IOException;
    }

    private void tellSupervisor(Notice notice) {
        supervisor.ifPresent(watching -> {
            try {
                notice.tell(watching);
            } catch (IOException e) {
                LOG.warn("the service manager at {} was not told: {}", watching.socket(), e.getMessage());
            }
        });
    }

    private static ConfigStore open(StoreOpener opener, Path state) throws StartRefused {
        try {
            ConfigStore store = opener.open(state);
            store.findings().forEach(finding -> LOG.warn("{}", finding));
            return store;
        } catch (IOException e) {
            throw new StartRefused(String.valueOf(e.getMessage()), e);
        }
    }

    /** Reopened on SIGHUP, for who rotates it by other means; without a log the signal does nothing. */
    private static Optional<SessionLog> sessionLog(Node node, Running running) throws StartRefused {
        try {
            Optional<SessionLog> log = Optional.empty();
            if (node.sessionLog().isPresent()) {
                log = Optional.of(running.add(SessionLog.open(node.sessionLog().get(), InstantSource.system())));
            }
            Optional<SessionLog> opened = log;
            Signals.on("HUP", () -> opened.ifPresent(SessionLog::reopen));
            return log;
        } catch (IOException e) {
            throw new StartRefused("sessionLog: " + e, e);
        }
    }

    /** What cannot be read is told and left where it is until somebody registers. */
    private static List<Registration> registered(RegistrationFile file) {
        try {
            return file.read();
        } catch (IOException e) {
            LOG.error("registrations are lost: {}", e.getMessage());
            return List.of();
        }
    }

    /** What cannot be read is told and left where it is until something changes. */
    private static LastKnown lastKnown(LastKnownFile file) {
        try {
            return file.read();
        } catch (IOException e) {
            LOG.error("what was known before the start is lost: {}", e.getMessage());
            return LastKnown.NOTHING;
        }
    }

    private static TransportChoice transport(Node node) throws StartRefused {
        try {
            return switch (node.transport()) {
                case AUTO -> TransportChoice.auto();
                case IO_URING -> TransportChoice.demanded(Transport.IO_URING);
                case EPOLL -> TransportChoice.demanded(Transport.EPOLL);
                case NIO -> TransportChoice.demanded(Transport.NIO);
            };
        } catch (IllegalArgumentException e) {
            throw new StartRefused(String.valueOf(e.getMessage()), e);
        }
    }

    /** All that may be refused comes before the first connection is accepted. */
    private static Optional<InetSocketAddress> bind(AdminServer admin, Node node) throws StartRefused {
        try {
            Optional<InetSocketAddress> http = Optional.empty();
            if (node.adminHttp().isPresent()) {
                http = Optional.of(admin.listen(node.adminHttp().get()));
                LOG.info("admin.http serves status, metrics and liveness on {}", Addresses.text(http.get()));
            }
            admin.listen(node.adminSocket());
            return http;
        } catch (IOException e) {
            throw new StartRefused(String.valueOf(e.getMessage()), e);
        }
    }

    private static void appear(AdminServer admin) throws StartRefused {
        try {
            admin.appear();
        } catch (IOException e) {
            throw new StartRefused(String.valueOf(e.getMessage()), e);
        }
    }

    private static String version() {
        return Optional.ofNullable(WeirDaemon.class.getPackage().getImplementationVersion()).orElse("from class folders");
    }

    /** Where {@code admin.http} listens, with the port that was bound. */
    public Optional<InetSocketAddress> adminHttp() {
        return adminHttp;
    }

    public Node node() {
        return node;
    }

    /** Where a listener listens, with the port that was bound; empty while it does not. */
    public Optional<InetSocketAddress> address(String listener) {
        return Optional.ofNullable(control.doors().get(listener)).flatMap(DoorStatus::address);
    }

    /**
     * Starts a daemon, for the life of this process, and serves until SIGTERM or SIGINT, then drains; a second signal does not wait for that.
     *
     * @return the exit code: 0 after a drain
     */
    public static int run(DaemonOptions options) throws StartRefused {
        EndSignals signals = EndSignals.caught();
        WeirDaemon daemon = start(options);
        return daemon.ending.await(signals, () -> daemon.tellSupervisor(Supervisor::stopping));
    }

    /** Ends at once; what is being written to the store is written first. */
    @Override
    public void close() {
        ready.set(false);
        running.close();
    }
}
