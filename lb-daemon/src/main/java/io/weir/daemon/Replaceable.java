package io.weir.daemon;

import io.weir.core.affinity.AffinityBatch;
import io.weir.core.affinity.AffinityTables;
import io.weir.core.health.KnownPool;
import io.weir.daemon.admin.AdminServer;
import io.weir.daemon.certificate.CertificateDesk;
import io.weir.daemon.control.Control;
import io.weir.daemon.control.DoorSocket;
import io.weir.daemon.takeover.Owner;
import io.weir.health.schedule.HealthChecker;
import io.weir.l4.listener.UdpListeners;
import io.weir.net.Supervisor;
import io.weir.net.tls.TicketKeys;
import io.weir.net.udp.HandedPort;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daemon as one that another process may replace. On the thread of the hand-over, which it may block. */
record Replaceable(Control control, AffinityTables stays, UdpListeners flowsOf, CertificateDesk certificates, AdminServer admin,
        HealthChecker checker, Ending ending,
        Optional<Supervisor> supervisor)
        implements
            Owner {
    private static final Logger LOG = LoggerFactory.getLogger(Replaceable.class);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    @Override
    public Optional<String> lend() throws IOException {
        List<String> kept = control.listenersWithoutSockets();
        return kept.isEmpty() ? answer(control.lend())
                : Optional.of("the sockets of " + String.join(", ", kept) + " cannot be handed over; restart instead");
    }

    @Override
    public List<DoorSocket> sockets() {
        return control.sockets();
    }

    @Override
    public List<KnownPool> health() throws IOException {
        return answer(control.health());
    }

    @Override
    public List<AffinityBatch> affinity() {
        return stays.handOver();
    }

    @Override
    public List<HandedPort> flows() {
        return flowsOf.handOver();
    }

    @Override
    public TicketKeys ticketKeys() {
        return certificates.ownKeys();
    }

    @Override
    public void takeBack() throws IOException {
        var _ = flowsOf.goOn(List.of());
        answer(control.takeBack());
    }

    @Override
    public void replacedBy(long pid, Duration settle) {
        flowsOf.letGo();
        ending.begin(() -> {
            LOG.info("process {} has taken over", pid);
            supervisor.ifPresent(watching -> tell(watching, pid));
            checker.close();
            admin.giveUp();
            LockSupport.parkNanos(settle.toNanos());
        });
    }

    /** Unless the manager knows the other process, the end of this one would be the end of the service to it. */
    private static void tell(Supervisor supervisor, long pid) {
        try {
            supervisor.mainProcess(pid, ANSWER);
        } catch (IOException e) {
            LOG.warn("the service manager was not told that process {} is the service now: {}", pid, e.getMessage());
        }
    }

    private static <T> T answer(CompletableFuture<T> asked) throws IOException {
        try {
            return asked.get(ANSWER.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage()), e);
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + ANSWER.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
