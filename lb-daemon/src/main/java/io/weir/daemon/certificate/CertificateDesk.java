package io.weir.daemon.certificate;

import io.weir.core.config.Problem;
import io.weir.core.config.TrafficResult;
import io.weir.core.model.Certificate;
import io.weir.core.model.Configuration;
import io.weir.core.model.Listener;
import io.weir.core.model.TlsTerms;
import io.weir.core.snapshot.SnapshotDiff;
import io.weir.daemon.control.Journal;
import io.weir.net.EventLoops;
import io.weir.net.tls.CertificateChain;
import io.weir.net.tls.TicketKeys;
import io.weir.net.tls.TlsServers;
import io.weir.net.tls.UnusableFile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the TLS of listeners in step with the configuration and with the files that it names: reads them, again when they change, puts what is good
 * into service and says what is not or comes to its end. All of that on a thread of its own, {@code certificates}; the methods here may be called by
 * any thread but event loops.
 */
public final class CertificateDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateDesk.class);
    /** How often files are looked at. */
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** How long a key of our own seals tickets. */
    private static final Duration TICKET_KEY_LIFE = Duration.ofHours(12);

    private final Journal journal;
    private final TlsFiles files = new TlsFiles();
    private final ListenerTls listeners;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1,
            Thread.ofPlatform().name("certificates").daemon().factory());
    private final Map<String, Integer> stepByCertificate = new HashMap<>();
    private Configuration configuration = Configuration.EMPTY;
    private volatile List<CertificateStatus> statuses = List.of();

    /** @param ownKeys what seals tickets at first where the configuration names no file of keys */
    public CertificateDesk(EventLoops loops, TlsServers servers, Journal journal, TicketKeys ownKeys) {
        this.journal = journal;
        this.listeners = new ListenerTls(loops, servers, files, ownKeys);
    }

    /** What seals tickets now where the configuration names no file of keys: for a process that takes this one's place. Blocks. */
    public TicketKeys ownKeys() {
        return onThread(listeners::ownKeys);
    }

    /** Puts the first configuration's TLS into service; what cannot be used is told and left out. Blocks. */
    public void start(Configuration first) {
        var _ = onThread(() -> {
            takeOn(first);
            return true;
        });
        long life = TICKET_KEY_LIFE.toSeconds();
        var _ = thread.scheduleWithFixedDelay(() -> guarded(this::look), LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
        var _ = thread.scheduleAtFixedRate(() -> guarded(listeners::rotateOwnKeys), life, life, TimeUnit.SECONDS);
    }

    /** Goes on with the configuration of a newer snapshot. Does not block. */
    public void follow(SnapshotDiff diff) {
        Configuration before = diff.before().configuration();
        Configuration next = diff.after().configuration();
        if (next.certificates().equals(before.certificates()) && next.listeners().equals(before.listeners())) {
            return;
        }
        try {
            thread.execute(() -> guarded(() -> takeOn(next)));
        } catch (RejectedExecutionException _) {
            // the daemon ends
        }
    }

    /**
     * What of a configuration that is not in force yet cannot be used, as far as it differs from the one in force; listeners that it adds have their
     * TLS in service when this returns. Blocks.
     */
    public List<Problem> problems(TrafficResult.Accepted accepted, Configuration inForce) {
        Configuration next = accepted.configuration();
        if (next.certificates().equals(inForce.certificates()) && next.listeners().equals(inForce.listeners())) {
            return List.of();
        }
        return onThread(() -> {
            files.readNew(next);
            List<Problem> problems = new ArrayList<>();
            files.faults(next, (path, fault) -> {
                if (isNew(path, next, inForce)) {
                    problems.add(accepted.document().problem(path, fault.file() + ": " + fault.cause(), "a file that can be used"));
                }
            });
            listeners.unsupported(next)
                .forEach((path, why) -> problems.add(accepted.document().problem(path, "what " + why, "another setting")));
            if (problems.isEmpty()) {
                listeners.addNew(next);
            }
            files.retain(configuration);
            return problems;
        });
    }

    /** What was there before must not stand in the way of an edit, whatever has become of its files. */
    private static boolean isNew(List<String> path, Configuration next, Configuration now) {
        String name = path.get(1);
        return path.getFirst().equals("certificates")
                ? !Objects.equals(next.certificates().get(name), now.certificates().get(name))
                : !Objects.equals(next.listeners().get(name), now.listeners().get(name));
    }

    /** How the certificates stand, in the order of the file. */
    public List<CertificateStatus> statuses() {
        return statuses;
    }

    private void takeOn(Configuration next) {
        configuration = next;
        files.retain(next);
        stepByCertificate.keySet().retainAll(next.certificates().keySet());
        look();
        listeners.follow(next);
    }

    private void look() {
        boolean[] news = {false};
        files.look(configuration, (subject, watched) -> {
            news[0] = true;
            tell(subject, watched);
        });
        if (news[0]) {
            listeners.follow(configuration);
        }
        Instant now = journal.clock().instant();
        configuration.certificates().values().forEach(each -> files.certificate(each).value().ifPresent(chain -> tellExpiry(chain, now)));
        statuses = configuration.certificates().values().stream().map(this::status).toList();
    }

    private void tell(Object subject, Watched<?> watched) {
        boolean certificate = subject instanceof Certificate;
        String name = subject instanceof Certificate(var given, _, _) ? given : subject.toString();
        Optional<UnusableFile> fault = watched.fault();
        if (fault.isPresent()) {
            journal.tell(certificate ? "certificate.failed" : "tlsFile.failed", name, "file", fault.get().file().toString(), "cause",
                    fault.get().cause(), "serves", watched.value().isPresent() ? "what was read before" : "nothing");
        } else if (watched.value().orElse(null) instanceof CertificateChain chain) {
            stepByCertificate.remove(name);
            journal.tell("certificate.loaded", name, "names", String.join(",", chain.names()), "notAfter", chain.notAfter().toString(),
                    "fingerprint", chain.fingerprint());
        } else {
            journal.tell("tlsFile.loaded", name);
        }
    }

    private void tellExpiry(CertificateChain chain, Instant now) {
        int step = Expiry.step(chain.notAfter(), now);
        int before = stepByCertificate.getOrDefault(chain.name(), Expiry.FAR);
        stepByCertificate.put(chain.name(), step);
        if (step < before) {
            journal.tell(step == 0 ? "certificate.expired" : "certificate.expiring", chain.name(), "notAfter", chain.notAfter().toString(),
                    "days", String.valueOf(Duration.between(now, chain.notAfter()).toDays()));
        }
    }

    private CertificateStatus status(Certificate certificate) {
        Watched<CertificateChain> watched = files.certificate(certificate);
        Optional<CertificateStatus.Loaded> loaded = watched.value()
            .map(chain -> new CertificateStatus.Loaded(chain.names().stream().sorted().toList(), chain.issuer(), chain.notBefore(),
                    chain.notAfter(), chain.fingerprint()));
        String cause = watched.fault().map(fault -> fault.file() + ": " + fault.cause()).orElse("");
        List<String> shownBy = configuration.listeners()
            .values()
            .stream()
            .filter(listener -> TlsFiles.terms(listener).map(TlsTerms::certificates).anyMatch(names -> names.contains(certificate.name())))
            .map(Listener::name)
            .toList();
        return new CertificateStatus(certificate.name(), certificate.certificate().toString(), certificate.key().toString(), loaded, cause,
                shownBy);
    }

    private <T> T onThread(Callable<T> work) {
        try {
            return thread.submit(work).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while certificates were read", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("certificates could not be read", e.getCause());
        }
    }

    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException brokenPromise) {
            LOG.error("a task of the certificates thread failed", brokenPromise);
        }
    }

    /** Takes everything out of service and ends the thread; connections that are open go on. To be called while event loops run. */
    @Override
    public void close() {
        var _ = onThread(() -> {
            listeners.removeAll();
            return true;
        });
        thread.shutdownNow();
    }
}
