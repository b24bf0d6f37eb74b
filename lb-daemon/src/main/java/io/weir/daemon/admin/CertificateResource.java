package io.weir.daemon.admin;

import io.weir.daemon.certificate.CertificateStatus;
import io.weir.daemon.control.InForce;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Certificates: the mappings of the file and what their files hold; private keys are never shown. On the virtual threads of requests. */
final class CertificateResource {
    private final Managed managed;
    private final MappingResource mappings;

    CertificateResource(Managed managed, Changes changes) {
        this.managed = managed;
        this.mappings = new MappingResource("certificate", changes);
    }

    /**
     * A certificate as lists show it.
     *
     * @param state "ok", "early" or "expired" (it is shown all the same), "stale" (its files cannot be used, what was read before is) or "failed"
     * @param daysLeft until the first of its chain ends, negative when it is over
     */
    record Row(String name, String state, String cause, List<String> names, Optional<String> issuer, Optional<Instant> notBefore,
            Optional<Instant> notAfter, Optional<Long> daysLeft, Optional<String> fingerprint, List<String> listeners, String certificate,
            String key) {
        static Row of(CertificateStatus status, Instant now) {
            var loaded = status.loaded();
            return new Row(status.name(), state(status, now), status.cause(),
                    loaded.map(CertificateStatus.Loaded::names).orElse(List.of()), loaded.map(CertificateStatus.Loaded::issuer),
                    loaded.map(CertificateStatus.Loaded::notBefore), loaded.map(CertificateStatus.Loaded::notAfter),
                    loaded.map(read -> Duration.between(now, read.notAfter()).toDays()),
                    loaded.map(CertificateStatus.Loaded::fingerprint), status.listeners(), status.certificate(), status.key());
        }

        private static String state(CertificateStatus status, Instant now) {
            if (status.loaded().isEmpty()) {
                return "failed";
            }
            if (!status.cause().isEmpty()) {
                return "stale";
            }
            CertificateStatus.Loaded loaded = status.loaded().get();
            if (loaded.notAfter().isBefore(now)) {
                return "expired";
            }
            return loaded.notBefore().isAfter(now) ? "early" : "ok";
        }
    }

    List<Endpoint> endpoints() {
        String one = "/v1/certificates/{certificate}";
        return List.of(
                Endpoint.get("/v1/certificates", "All certificates with their names and when they end.", _ -> Response.json(rows())),
                Endpoint.get(one, "A certificate as in the traffic file, and what its files hold.", this::get),
                Endpoint.change("PUT", one, "Creates or replaces a certificate.", request -> mappings.put(request, path(request))),
                Endpoint.change("PATCH", one, "Changes a certificate by a JSON merge patch.",
                        request -> mappings.patch(request, path(request))),
                Endpoint.command("DELETE", one, "Removes a certificate that no listener names.",
                        request -> mappings.delete(request, path(request))));
    }

    private static List<String> path(Request request) {
        return List.of("certificates", request.name("certificate"));
    }

    private List<Row> rows() {
        Instant now = Instant.now();
        return managed.certificates().get().stream().map(status -> Row.of(status, now)).toList();
    }

    private Response get(Request request) {
        InForce now = managed.control().inForce();
        var mapping = mappings.get(now.document(), path(request));
        rows().stream().filter(row -> row.name().equals(request.name("certificate"))).forEach(row -> mapping.put("status", row));
        return Response.json(mapping).with("etag", Changes.etag(now.number()));
    }
}
