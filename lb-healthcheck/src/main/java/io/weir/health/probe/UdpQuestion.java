package io.weir.health.probe;

import io.weir.core.health.ProbeOutcome.Cause;
import io.weir.core.model.Probe;
import java.nio.charset.StandardCharsets;

/**
 * The text that the check sends and the one that the answer must contain; without them a zero byte, and silence is well (CLB-19). The byte is
 * there because Netty's sockets leave out a datagram without any.
 */
record UdpQuestion(Probe.Udp settings) implements DatagramProbe.Question {
    @Override
    public byte[] datagram() {
        return settings.exchange().map(exchange -> exchange.send().getBytes(StandardCharsets.UTF_8)).orElseGet(() -> new byte[1]);
    }

    @Override
    public boolean silencePasses() {
        return settings.exchange().isEmpty();
    }

    @Override
    public DatagramProbe.Reading read(byte[] answer) {
        boolean right = settings.exchange()
            .map(exchange -> new String(answer, StandardCharsets.UTF_8).contains(exchange.expect()))
            .orElse(true);
        return right ? new DatagramProbe.Reading.Passed()
                : new DatagramProbe.Reading.Failed(Cause.BAD_ANSWER,
                        "answer does not contain '" + settings.exchange().orElseThrow().expect()
                                + "'");
    }
}
