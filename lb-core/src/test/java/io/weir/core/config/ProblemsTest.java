package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.config.TrafficResult.Refused;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemsTest {
    @Test
    void tenMistakesAreTenProblemsEachWithItsPlace() {
        assertThat(problems(Fixtures.text("ten-mistakes.yaml"))).containsExactly(
                "weir.yaml:8:5: pools.shop.algoritm: unknown key, want algorithm",
                "weir.yaml:9:18: pools.shop.healthCheck: wep, want the name of a health check, perhaps web",
                "weir.yaml:10:15: pools.shop.affinity: 30s, want a mapping",
                "weir.yaml:12:46: pools.shop.backends.i-01.zone: zone-c, want the name of a zone, perhaps zone-a",
                "weir.yaml:14:18: pools.shop.backends.i-02.address: backend-2:8080, want IP:PORT, [IPv6]:PORT or IP",
                "weir.yaml:15:17: pools.shop.backends.i-02.weight: 400, want 0..100",
                "weir.yaml:16:7: pools.shop.backends.i-02: the key stands twice, want it once (first on line 13)",
                "weir.yaml:21:11: listeners.edge.bind: 127.0.0.1:8080, want an address that listener web does not have",
                "weir.yaml:22:14: listeners.edge.enabled: yes, want true or false",
                "weir.yaml:23:11: listeners.edge.pool: stop, want the name of a pool, perhaps shop");
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " | ", quoteCharacter = '\u0000', value = {
        "{p: {algorithm: maglev, hashKey: quic-id}}, listeners: {l: {protocol: tcp, bind: ':1', pool: p}} | p.hashKey: quic-id, "
                + "want source or tuple, since a listener with protocol tcp uses the pool",
        "{p: {algorithm: maglev, hashKey: quic-id}}, listeners: {l: {protocol: http, bind: ':1', routes: [{name: r, forward: [{pool: p}]}]}} | "
                + "p.hashKey: quic-id, want source or tuple, since a listener with protocol http uses the pool",
        "{p: {algorithm: maglev, hashKey: quic-id}}, listeners: {l: {protocol: tls, bind: ':1', tls: {passThrough: true}, "
                + "sni: [{hosts: [a.example], pool: p}]}} | p.hashKey: quic-id, want source or tuple, since a listener with protocol tls uses the pool",
        "{o: {algorithm: maglev, hashKey: quic-id}, p: {sorryPool: o}}, listeners: {l: {protocol: http, bind: ':1', pool: p}} | "
                + "o.hashKey: quic-id, want source or tuple, since a listener with protocol http uses the pool",
        "{p: {algorithm: maglev, hashKey: quic-id, affinity: {type: source}}} | p.affinity: connections stay by their id, "
                + "want no affinity with hashKey quic-id",
        "{p: {algorithm: maglev, quicIdBytes: 1-4}} | p.quicIdBytes: no connection id is hashed, want quicIdBytes only with hashKey quic-id",
        "{p: {algorithm: maglev, hashKey: quic-id, quicIdBytes: 1-17}} | p.quicIdBytes: 1-17, want FIRST-LAST, up to 16 bytes of 1-20",
        "{p: {algorithm: maglev, hashKey: quic-id, quicIdBytes: 0-4}} | p.quicIdBytes: 0-4, want FIRST-LAST, up to 16 bytes of 1-20"})
    void aConnectionIdIsHashedOnlyWhereThereIsOne(String pools, String message) {
        assertThat(problems("{pools: " + pools + "}")).singleElement().asString().endsWith(" pools." + message);
    }

    @Test
    void theSameMistakesInJsonHaveTheirPlacesToo() {
        assertThat(problems("""
                {
                  "pools": {
                    "shop": {"drain": "1h", "backends": {"i-01": {"weight": -1}}}
                  }
                }""")).containsExactly("weir.yaml:3:23: pools.shop.drain: 1h, want 0s..900s",
                "weir.yaml:3:42: pools.shop.backends.i-01.address: nothing, want IP:PORT, [IPv6]:PORT or IP",
                "weir.yaml:3:61: pools.shop.backends.i-01.weight: -1, want 0..100");
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " | ", quoteCharacter = '\u0000', value = {
        "gtm: on | gtm",
        "pools: {p: {limits: {}}} | pools.p.limits",
        "listeners: {l: {protocol: http, bind: ':1', offload: off}} | listeners.l.offload",
        "listeners: {l: {protocol: http, bind: ':1', routes: [{name: r, redirect: {}}]}} | listeners.l.routes[0].redirect",
        "listeners: {l: {protocol: http, bind: ':1', routes: [{name: r, respond: {}}]}} | listeners.l.routes[0].respond",
        "{listeners: {l: {protocol: http, bind: ':1', routes: [{name: r, forward: [{pool: p}], filters: []}]}}, pools: {p: {}}} | listeners.l.routes[0].filters",
        "{listeners: {l: {protocol: http, bind: ':1', routes: [{name: r, forward: [{pool: p}], retry: {}}]}}, pools: {p: {}}} | listeners.l.routes[0].retry",
        "{listeners: {l: {protocol: http, bind: ':1', routes: [{name: r, forward: [{pool: p}], circuitBreaker: {}}]}}, pools: {p: {}}} | listeners.l.routes[0].circuitBreaker"})
    void aKeyOfALaterReleaseIsRefusedAndNothingElseIsSaid(String text, String field) {
        assertThat(refused(text)).singleElement().satisfies(problem -> {
            assertThat(problem.field()).isEqualTo(field);
            assertThat(problem.wanted()).isEqualTo("no such key: not supported yet");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " | ", quoteCharacter = '\u0000', value = {
        "affinity: {type: cookie-insert} | 1:30: pools.p.affinity.type: cookie-insert, want source (cookie-insert is not supported yet)",
        "affinity: {type: source, ipv4Prefix: 33} | 1:50: pools.p.affinity.ipv4Prefix: 33, want 1..32",
        "affinity: {type: source, timeout: 0s} | 1:47: pools.p.affinity.timeout: 0s, want 1s..24h",
        "protocol: grpc | 1:23: pools.p.protocol: grpc, want http1 (grpc is not supported yet)",
        "algorithm: maglev, hashKey: 'header:x-user' | 1:41: pools.p.hashKey: header:x-user, want source, tuple or quic-id (header is not supported yet)"})
    void aChoiceOfALaterReleaseIsRefusedWithWhatIsServed(String keys, String message) {
        assertThat(problems("pools: {p: {" + keys + "}}")).containsExactly("weir.yaml:" + message);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " | ", quoteCharacter = '\u0000', value = {
        "protocol: https, bind: ':1', pool: p | 2:27: listeners.l.protocol: https, want tcp, tls, udp or http (https is not supported yet)",
        "protocol: http, bind: '0.0.0.0:8000-8010', pool: p | 2:39: listeners.l.bind: 0.0.0.0:8000-8010, "
                + "want IP:PORT, [IPv6]:PORT or :PORT (ranges with protocol tcp only)",
        "protocol: tcp, bind: ':8000-9024', pool: p | 2:38: listeners.l.bind: :8000-9024, "
                + "want IP:PORT, [IPv6]:PORT or :PORT, or PORT-PORT for up to 1024 ports",
        "protocol: tcp, bind: ':8001-8000', pool: p | 2:38: listeners.l.bind: :8001-8000, "
                + "want IP:PORT, [IPv6]:PORT or :PORT, or PORT-PORT for up to 1024 ports",
        "protocol: tcp, bind: ':1', pool: p, forwarding: direct | 2:65: listeners.l.forwarding: direct, "
                + "want proxy or transparent (direct is not supported yet)",
        "protocol: tcp, bind: ':1', pool: p, routes: [] | 2:53: listeners.l.routes: unknown key, want it only with protocol http",
        "protocol: tcp, bind: ':70000', pool: p | 2:38: listeners.l.bind: :70000, "
                + "want IP:PORT, [IPv6]:PORT or :PORT, or PORT-PORT for up to 1024 ports",
        "protocol: tcp, bind: ':1' | 2:13: listeners.l.pool: nothing, want the name of a pool",
        "bind: ':1', pool: p | 2:13: listeners.l.protocol: nothing, want tcp, tls, udp or http",
        "protocol: http, bind: ':1', limits: {headerBytes: 4KiB, targetBytes: 5KiB} | 2:86: listeners.l.limits.targetBytes: 5KiB, "
                + "want at most headerBytes, 4KiB",
        "protocol: http, bind: ':1', accessList: offcie | 2:57: listeners.l.accessList: offcie, want the name of an access list, perhaps office",
        "protocol: http, bind: ':1', accessList: [] | 2:57: listeners.l.accessList: an empty list, want a list, each the name of an access list",
        "protocol: http, bind: ':1', limits: {scope: cluster} | 2:61: listeners.l.limits.scope: cluster, want node (cluster is not supported yet)",
        "protocol: http, bind: ':1', limits: {resumeAt: 5} | 2:64: listeners.l.limits.resumeAt: no maxConnections, want maxConnections beside it",
        "protocol: http, bind: ':1', limits: {maxConnections: 5, resumeAt: 5} | 2:83: listeners.l.limits.resumeAt: 5, want less than maxConnections, 5",
        "protocol: http, bind: ':1', limits: {perSource: {}} | 2:54: listeners.l.limits.perSource.maxConnections: nothing, want 1..1000000",
        "protocol: http, bind: ':1', limits: {bandwidth: 999kbps} | 2:65: listeners.l.limits.bandwidth: 999kbps, want 1Mbps..1000Gbps",
        "protocol: http, bind: ':1', limits: {perSource: {maxConnections: 5, resumeAt: 5}} | 2:95: listeners.l.limits.perSource.resumeAt: 5, want less than maxConnections, 5",
        "protocol: http, bind: ':1', limits: {connectionsPerSecond: 0} | 2:76: listeners.l.limits.connectionsPerSecond: 0, want 1..1000000",
        "protocol: http, bind: ':1', limits: {headerBytes: 65536} | 2:67: listeners.l.limits.headerBytes: 65536, want 1KiB..256KiB",
        "protocol: http, bind: ':1', acceptProxyProtocol: {from: [10.0.0.1/8]} | 2:74: listeners.l.acceptProxyProtocol.from[0]: "
                + "10.0.0.1/8, want ADDRESS or ADDRESS/BITS without bits beyond the prefix",
        "protocol: http, bind: ':1', idleTimeout: 15 | 2:58: listeners.l.idleTimeout: 15, want 100ms..1h"})
    void aListenersMistakeIsToldWithItsPlace(String keys, String message) {
        assertThat(problems("{pools: {p: {}}, accessLists: {office: {mode: deny, entries: []}},\nlisteners: {l: {" + keys + "}}}"))
            .containsExactly("weir.yaml:" + message);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " | ", quoteCharacter = '\u0000', value = {
        "{name: r, forward: [{pool: p}, {pool: p}]} | [0].forward: 2 targets, want one (several are not supported yet)",
        "{name: r, forward: [{pool: p, weight: 9}]} | [0].forward[0].weight: 9, want no such key: not supported yet",
        "{name: r, forward: []} | [0].forward: an empty list, want a list of one {pool: NAME}",
        "{name: r} | [0].forward: nothing, want a list of one {pool: NAME}",
        "{name: r, match: {method: [GET]}, forward: [{pool: p}]} | [0].match.method: a list, want no such key: not supported yet",
        "{name: r, match: {path: {regex: x}}, forward: [{pool: p}]} | [0].match.path.regex: x, want no such key: not supported yet",
        "{name: r, match: {path: {}}, forward: [{pool: p}]} | [0].match.path.prefix: nothing, want prefix or exact",
        "{name: r, match: {path: {prefix: /a, exact: /a}}, forward: [{pool: p}]} | [0].match.path.exact: prefix and exact, want one of them",
        "{name: r, match: {path: {prefix: a}}, forward: [{pool: p}]} | [0].match.path.prefix: a, "
                + "want a path of 1..1024 visible ASCII characters from '/', without '?' and '#'",
        "{name: r, match: {host: ['a b']}, forward: [{pool: p}]} | [0].match.host[0]: 'a b', want a host name, or '*.' and one",
        "{name: r, match: {host: []}, forward: [{pool: p}]} | [0].match.host: an empty list, want a list, each a host name, or '*.' and one",
        "{name: r, forward: [{pool: p}]}, {name: r, forward: [{pool: q}]} | [1].forward[0].pool: q, want the name of a pool, perhaps p"})
    void aRoutesMistakeIsToldWithItsPlace(String route, String message) {
        assertThat(problems("pools: {p: {}}\nlisteners: {l: {protocol: http, bind: ':1', routes: [" + route + "]}}"))
            .anySatisfy(line -> assertThat(line).endsWith("listeners.l.routes" + message));
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " | ", quoteCharacter = '\u0000', value = {
        "v3 | : v3, want none, v1 or v2",
        "{version: v1, checksum: true} | .checksum: version v1 has no checksum, want version v2",
        "{fields: [{type: 0xDF, text: a}]} | .fields[0].type: 223, want 224..239",
        "{fields: [{type: 0xE0}]} | .fields[0].hex: neither text nor hex, want text or hex, one of them",
        "{fields: [{type: 0xE0, text: a, hex: aa}]} | .fields[0].hex: text and hex, want text or hex, one of them",
        "{fields: [{type: 0xE0, hex: abc}]} | .fields[0].hex: abc, want two hexadecimal digits a byte"})
    void aProxyHeadersMistakeIsToldWithItsPlace(String header, String message) {
        assertThat(problems("pools: {p: {proxyProtocol: " + header + "}}"))
            .singleElement()
            .satisfies(line -> assertThat(line).endsWith("pools.p.proxyProtocol" + message));
    }

    @Test
    void aBackendWithoutAPortIsForRelayedConnectionsAndProbedAtAPortOfTheCheck() {
        for (String pool : List.of("healthCheck: {type: tcp, port: 9}, backends: {b: {address: 10.0.0.1}}",
                "healthCheck: none, backends: {b: {address: '2001:db8::1'}}")) {
            assertThat(TrafficFile.parse("weir.yaml", "pools: {p: {" + pool + "}}")).isInstanceOf(TrafficResult.Accepted.class);
        }
        assertThat(problems("pools: {p: {backends: {b: {address: 10.0.0.1}}}}")).singleElement()
            .satisfies(line -> assertThat(line).endsWith(
                    "pools.p.backends.b.address: 10.0.0.1, want a port, or a healthCheck with a port of its own, icmp or none"));
        assertThat(problems("pools: {p: {healthCheck: none, backends: {b: {address: 10.0.0.1}}}}\n"
                + "listeners: {l: {protocol: http, bind: ':1', pool: p}}"))
            .singleElement()
            .satisfies(line -> assertThat(line).endsWith(
                    "pools.p.backends.b.address: 10.0.0.1, want a port, since a listener with protocol http uses the pool"));
        assertThat(problems("pools: {p: {sorryPool: s}, s: {healthCheck: none, backends: {b: {address: 10.0.0.1}}}}\n"
                + "listeners: {l: {protocol: http, bind: ':1', pool: p}}"))
            .singleElement()
            .satisfies(line -> assertThat(line).endsWith(
                    "pools.s.backends.b.address: 10.0.0.1, want a port, since a listener with protocol http uses the pool"));
    }

    @Test
    void rangesOfPortsThatOverlapAreShared() {
        assertThat(problems("""
                pools: {p: {}}
                listeners:
                  a: {protocol: tcp, pool: p, bind: "10.0.0.1:8000-8010"}
                  b: {protocol: tcp, pool: p, bind: ":8010"}
                  c: {protocol: tcp, pool: p, bind: "10.0.0.2:8000-8009"}
                """)).containsExactly("weir.yaml:4:37: listeners.b.bind: :8010, want an address that listener a does not have");
    }

    @Test
    void anEventThatIsNeverToldCannotBeAskedFor() {
        assertThat(problems("webhooks: {w: {url: 'http://h/', events: [backend.ejected, pool.tier, backend.exploded]}}")).containsExactly(
                "weir.yaml:1:71: webhooks.w.events[2]: backend.exploded, want the name of an event, such as backend.ejected");
    }

    @Test
    void aRouteNameStandsOnce() {
        assertThat(problems("""
                pools: {p: {}}
                listeners:
                  l:
                    protocol: http
                    bind: ":1"
                    routes:
                      - {name: r, forward: [{pool: p}]}
                      - {name: r, forward: [{pool: p}]}
                """)).containsExactly("weir.yaml:8:16: listeners.l.routes[1].name: r, want a name that routes[0] does not have");
    }

    @Test
    void listenersShareNoAddressAndTheWildcardIsEveryAddress() {
        assertThat(problems("""
                pools: {p: {}}
                listeners:
                  a: {protocol: tcp, pool: p, bind: "0.0.0.0:80"}
                  b: {protocol: tcp, pool: p, bind: "10.0.0.1:80"}
                  c: {protocol: tcp, pool: p, bind: "10.0.0.1:81"}
                  d: {protocol: tcp, pool: p, bind: "[::]:81"}
                  e: {protocol: tcp, pool: p, bind: "10.0.0.1:81", enabled: false}
                  f: {protocol: tcp, pool: p, bind: ":0"}
                  g: {protocol: tcp, pool: p, bind: ":0"}
                """)).containsExactly(
                "weir.yaml:4:37: listeners.b.bind: 10.0.0.1:80, want an address that listener a does not have",
                "weir.yaml:6:37: listeners.d.bind: [::]:81, want an address that listener c does not have");
    }

    @Test
    void aZoneIsInOneTierOnce() {
        assertThat(problems("""
                zones: {a: {}, b: {}}
                pools:
                  p: {zones: {primary: [a, b], backup: [b]}}
                  q: {zones: {backup: [a]}}
                """)).containsExactly("weir.yaml:3:40: pools.p.zones.backup: b twice, want each zone once, in primary or in backup",
                "weir.yaml:4:7: pools.q.zones.primary: nothing, want a list, each the name of a zone");
    }

    @Test
    void aHashKeyBelongsToMaglevAndATemplateIsNotCalledNone() {
        assertThat(problems("healthChecks: {none: {type: tcp}}\npools: {p: {algorithm: random, hashKey: tuple}}")).containsExactly(
                "weir.yaml:1:16: healthChecks.none: none, want another name: a pool's healthCheck: none means no check",
                "weir.yaml:2:41: pools.p.hashKey: random hashes nothing, want hashKey only with algorithm maglev");
    }

    @Test
    void aBrokenTemplateIsOneProblemHoweverManyPoolsNameIt() {
        assertThat(problems("healthChecks: {w: {type: http, method: PUT}}\npools: {p: {healthCheck: w}, q: {healthCheck: w}}"))
            .containsExactly("weir.yaml:1:40: healthChecks.w.method: PUT, want HEAD or GET");
    }

    @Test
    void aValueThatIsMissingOrOfTheWrongKindIsToldWhereItsKeyOrItselfStands() {
        assertThat(problems("zones:\npools: [a]\nlisteners: 7\n")).containsExactly(
                "weir.yaml:1:1: zones: nothing, want a mapping of zone names",
                "weir.yaml:2:8: pools: a list, want a mapping of pool names",
                "weir.yaml:3:12: listeners: 7, want a mapping of listener names");
    }

    @Test
    void aNameKeepsToTheRule() {
        assertThat(problems("pools: {a b: {}, -c: {}}")).containsExactly(
                "weir.yaml:1:9: pools.a b: 'a b', want a name: 1..63 letters, digits, '.', '_' or '-', starting with a letter or digit",
                "weir.yaml:1:18: pools.-c: -c, want a name: 1..63 letters, digits, '.', '_' or '-', starting with a letter or digit");
    }

    @Test
    void aTextThatIsNoMappingIsRefusedWhole() {
        assertThat(problems("")).containsExactly("weir.yaml:1:1: nothing, want a mapping");
        assertThat(problems("- a")).containsExactly("weir.yaml:1:1: a list, want a mapping");
        assertThat(problems("a: [b")).singleElement().asString().startsWith("weir.yaml:1:6: ").endsWith(", want YAML 1.2 or JSON");
        assertThat(problems("a: 1\n---\nb: 2\n")).containsExactly("weir.yaml:2:1: a second document, want one");
    }

    @Test
    void aBackendOutsideItsPoolsZonesIsAWarning() {
        TrafficResult result = TrafficFile.parse("weir.yaml", """
                zones: {a: {}, b: {}}
                pools:
                  p:
                    zones: {primary: [a]}
                    backends:
                      here: {address: "10.0.0.1:1", zone: a}
                      there: {address: "10.0.0.1:2", zone: b}
                      nowhere: {address: "10.0.0.1:3"}
                """);
        assertThat(result).isInstanceOfSatisfying(TrafficResult.Accepted.class,
                accepted -> assertThat(accepted.warnings()).extracting(Problem::message)
                    .containsExactly(
                            "weir.yaml:7:7: pools.p.backends.there: in b, so used like a primary, want a zone of the pool's primary or backup",
                            "weir.yaml:8:7: pools.p.backends.nowhere: in no zone, so used like a primary, "
                                    + "want a zone of the pool's primary or backup"));
    }

    @Test
    void anEditedDocumentHasNoPlacesSoItsProblemsNameTheFieldAlone() {
        ConfigDocument document = ConfigDocument.EMPTY.with(List.of("pools", "p", "drain"), "1h");
        assertThat(TrafficFile.read(document)).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.problems())
            .extracting(Problem::message)
            .containsExactly("pools.p.drain: 1h, want 0s..900s"));
    }

    private static List<String> problems(String text) {
        return refused(text).stream().map(Problem::message).toList();
    }

    private static List<Problem> refused(String text) {
        TrafficResult result = TrafficFile.parse("weir.yaml", text);
        assertThat(result).isInstanceOf(Refused.class);
        return ((Refused) result).problems();
    }
}
