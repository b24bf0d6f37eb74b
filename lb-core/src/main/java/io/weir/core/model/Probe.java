package io.weir.core.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What one health probe does to the member. */
public sealed interface Probe {
    /** The {@code type:} in the configuration. */
    String type();

    /** Connects, and closes (CLB-18): a completed handshake is a success. */
    record Tcp(Close close) implements Probe {
        /** Closes with FIN. */
        public Tcp() {
            this(Close.FIN);
        }

        @Override
        public String type() {
            return "tcp";
        }

        /** How the connection ends. */
        public enum Close {
            FIN, RST
        }
    }

    /** A completed TLS handshake is a success. */
    record Tls(TlsSettings tls) implements Probe {
        @Override
        public String type() {
            return "tls";
        }
    }

    /**
     * One HTTP/1 request (CLB-20).
     *
     * @param host the Host field; empty is the member's address
     * @param body with method GET only
     * @param keepAlive true: one connection carries the probes of a member, as long as it allows
     * @param tls empty: plain
     */
    record Http(Method method, String path, Optional<String> host, StatusSet expect, Optional<BodyMatch> body, Version version,
            boolean keepAlive, Optional<TlsSettings> tls) implements Probe {
        public static final int MAX_PATH = 80;
        public static final int MAX_HOST = 255;

        public Http {
            if (!path.startsWith("/") || path.length() > MAX_PATH || !path.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new IllegalArgumentException("path is '" + path + "', want 1.." + MAX_PATH + " visible ASCII characters from '/'");
            }
            host.ifPresent(h -> {
                if (h.isEmpty() || h.length() > MAX_HOST || !h.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                    throw new IllegalArgumentException("host is '" + h + "', want a host name");
                }
            });
            if (body.isPresent() && method != Method.GET) {
                throw new IllegalArgumentException("body with method " + method + ", want GET");
            }
        }

        /** HTTP/1.1, a connection a probe, no look at the body, plain. */
        public Http(Method method, String path, Optional<String> host, StatusSet expect) {
            this(method, path, host, expect, Optional.empty(), Version.HTTP_1_1, false, Optional.empty());
        }

        @Override
        public String type() {
            return tls.isPresent() ? "https" : "http";
        }

        /** The methods that a probe may use; both leave the member as it was. */
        public enum Method {
            HEAD, GET
        }

        /** The version that the request bears. */
        public enum Version {
            HTTP_1_0("1.0"), HTTP_1_1("1.1");

            private final String text;

            Version(String text) {
                this.text = text;
            }

            public String text() {
                return text;
            }
        }
    }

    /**
     * Asks grpc.health.v1.Health/Check; SERVING is a success.
     *
     * @param service empty asks for the server as a whole
     * @param tls empty: HTTP/2 without TLS
     */
    record Grpc(String service, Optional<TlsSettings> tls) implements Probe {
        public static final int MAX_SERVICE = 255;

        public Grpc {
            if (service.length() > MAX_SERVICE) {
                throw new IllegalArgumentException("service has " + service.length() + " characters, want at most " + MAX_SERVICE);
            }
        }

        @Override
        public String type() {
            return "grpc";
        }
    }

    /**
     * Sends a datagram; "port unreachable" is a failure (CLB-19).
     *
     * @param exchange empty: a zero byte is sent and silence is a success
     */
    record Udp(Optional<Exchange> exchange) implements Probe {
        @Override
        public String type() {
            return "udp";
        }

        /** What is sent, and what the answer must contain; each 1..512 characters. */
        public record Exchange(String send, String expect) {
            public static final int MAX_TEXT = 512;

            public Exchange {
                length("send", send);
                length("expect", expect);
            }

            private static void length(String name, String text) {
                if (text.isEmpty() || text.length() > MAX_TEXT) {
                    throw new IllegalArgumentException(name + " has " + text.length() + " characters, want 1.." + MAX_TEXT);
                }
            }
        }
    }

    /** An echo request; its reply is a success. */
    record Icmp() implements Probe {
        @Override
        public String type() {
            return "icmp";
        }
    }

    /**
     * Asks the member as a DNS server.
     *
     * @param rcodes that are a success, names of RFC 1035 4.1.1
     */
    record Dns(String name, RecordType recordType, Set<Rcode> rcodes) implements Probe {
        public Dns {
            rcodes = Set.copyOf(rcodes);
            DnsNames.check(name);
            if (rcodes.isEmpty()) {
                throw new IllegalArgumentException("no rcode given");
            }
        }

        @Override
        public String type() {
            return "dns";
        }

        /** What is asked for. */
        public enum RecordType {
            A, AAAA, CNAME, MX, NS, SOA, SRV, TXT
        }

        /** Answers in the order of their codes from 0 on (RFC 1035 4.1.1). */
        public enum Rcode {
            NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED
        }
    }

    /**
     * Runs a program without a shell (KA-12): exit 0 is a success, 2..102 a success with weight code - 2, others are failures.
     *
     * @param command an absolute path and arguments
     */
    record Script(List<String> command) implements Probe {
        public static final int MAX_WORDS = 64;

        public Script {
            command = List.copyOf(command);
            if (command.isEmpty() || command.size() > MAX_WORDS || !Path.of(command.getFirst()).isAbsolute()) {
                throw new IllegalArgumentException("command is " + command + ", want an absolute path and at most 63 arguments");
            }
        }

        @Override
        public String type() {
            return "script";
        }
    }
}
