package io.weir.health.probe;

import io.netty.handler.ssl.NotSslRecordException;
import io.weir.core.health.ProbeOutcome;
import io.weir.core.health.ProbeOutcome.Cause;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.stream.Stream;

/** Says in a few words why a TLS handshake failed. Any thread. */
final class TlsFailures {
    private TlsFailures() {
    }

    static ProbeOutcome outcome(long startedNanos, Throwable failure) {
        if (failure instanceof NotSslRecordException) {
            return new ProbeOutcome.Failure(startedNanos, Cause.TLS_FAILED, "not a TLS answer");
        }
        return certificate(failure).map(detail -> new ProbeOutcome.Failure(startedNanos, Cause.CERTIFICATE, detail))
            .orElseGet(() -> new ProbeOutcome.Failure(startedNanos, Cause.TLS_FAILED, "TLS handshake failed: " + message(failure)));
    }

    private static Optional<String> certificate(Throwable failure) {
        if (find(failure, CertificateExpiredException.class).isPresent()) {
            return Optional.of("certificate has expired");
        }
        if (find(failure, CertificateNotYetValidException.class).isPresent()) {
            return Optional.of("certificate is not valid yet");
        }
        if (find(failure, CertPathBuilderException.class).isPresent()) {
            return Optional.of("certificate is from no trusted authority");
        }
        return find(failure, CertificateException.class).map(wrong -> "certificate refused: " + message(wrong));
    }

    private static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
        return Stream.iterate(failure, link -> link != null, Throwable::getCause).filter(type::isInstance).map(type::cast).findFirst();
    }

    private static String message(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }
}
