package io.weir.health.probe;

import io.weir.core.health.DurationText;
import io.weir.core.health.ProbeOutcome;
import io.weir.core.health.ProbeOutcome.Cause;
import io.weir.net.Loop;
import io.weir.net.PingSocket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Echo requests over ping sockets: one socket, and one thread that waits for its replies, for all members of one address family that are
 * probed from one source. Confined to the probe loop. A reply is known by its sequence number and a random word.
 */
final class Pings {
    private static final Logger LOG = LoggerFactory.getLogger(Pings.class);

    private final Loop loop;
    private final SecureRandom random = new SecureRandom();
    private final Map<Origin, PingSocket> socketByOrigin = new HashMap<>();
    private final Map<Short, Echo> echoBySequence = new HashMap<>();
    private short sequence;
    private boolean told;

    Pings(Loop loop) {
        this.loop = loop;
    }

    private record Origin(boolean ipv6, Optional<InetAddress> source) {}

    Prober.Running start(ProbeTarget target, Prober.Listener listener) {
        Echo echo = new Echo(target, listener);
        echo.open();
        return echo;
    }

    private PingSocket socket(ProbeTarget target) throws IOException {
        InetAddress peer = target.address().getAddress();
        Origin origin = new Origin(peer instanceof Inet6Address, target.check().source());
        PingSocket open = socketByOrigin.get(origin);
        if (open == null) {
            open = PingSocket.open(peer, origin.source,
                    (answered, word) -> loop.run(() -> replied(answered, word)));
            socketByOrigin.put(origin, open);
        }
        return open;
    }

    private void replied(short answered, long word) {
        Echo echo = echoBySequence.get(answered);
        if (echo != null && echo.word == word) {
            echo.verdict.pass();
            echo.end();
        }
    }

    private void tellOnce(IOException refused) {
        if (!told) {
            told = true;
            LOG.warn("probes of type icmp are not tried: {}", refused.getMessage());
        }
    }

    void close() {
        socketByOrigin.values().forEach(PingSocket::close);
        socketByOrigin.clear();
    }

    /** One request that waits for its reply. */
    private final class Echo implements Prober.Running {
        private final ProbeTarget target;
        private final Prober.Listener listener;
        private final Verdict verdict;
        private final short number = ++sequence;
        private final long word = random.nextLong();
        private boolean ended;

        Echo(ProbeTarget target, Prober.Listener listener) {
            this.target = target;
            this.listener = listener;
            this.verdict = new Verdict(loop, listener);
        }

        void open() {
            verdict.within(target.check().timeout(), this::timedOut);
            if (echoBySequence.putIfAbsent(number, this) != null) {
                verdict.notTried("65536 echo requests are under way");
                end();
                return;
            }
            try {
                socket(target).send(target.address().getAddress(), number, word);
            } catch (IOException refused) {
                verdict.give(outcome(refused));
                end();
            }
        }

        private ProbeOutcome outcome(IOException refused) {
            if (refused instanceof PingSocket.NotPermitted) {
                tellOnce(refused);
                return ConnectFailures.notTried(verdict.startedNanos(), refused);
            }
            return ConnectFailures.outcome(verdict.startedNanos(), refused);
        }

        private void timedOut() {
            verdict.give(new ProbeOutcome.Failure(verdict.startedNanos(), Cause.NO_ANSWER,
                    "no reply within " + DurationText.of(target.check().timeout())));
            end();
        }

        @Override
        public void abandon() {
            verdict.drop();
            end();
        }

        private void end() {
            if (!ended) {
                ended = true;
                echoBySequence.remove(number, this);
                listener.closed();
            }
        }
    }
}
