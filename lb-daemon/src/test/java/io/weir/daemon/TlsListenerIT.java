package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.weir.net.Transport;
import io.weir.testkit.ManagedProcess;
import io.weir.testkit.RecordingBackend;
import io.weir.testkit.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listeners with {@code protocol: tls}, from the file to the client. */
class TlsListenerIT {
    private final RecordingBackend shop = RecordingBackend.http("shop");
    private final RecordingBackend mail = RecordingBackend.http("mail");

    private Path folder;
    private TestAuthority authority;
    private DaemonScene scene;
    private WeirDaemon daemon;

    @BeforeEach
    void start(@TempDir Path temporary) throws IOException, StartRefused {
        folder = temporary;
        authority = new TestAuthority(folder);
        authority.issue("shop", "shop.example", "*.shop.example");
        authority.issue("mail", "mail.example");
        authority.issue("late", Instant.now().plus(Duration.ofDays(5)), "late.example");
        scene = DaemonScene.in(folder);
        daemon = WeirDaemon.start(scene.options(scene.write("weir.yaml", """
                version: 1
                certificates:
                  shop: {certificate: %1$s/shop.pem, key: %1$s/shop.key}
                  mail: {certificate: %1$s/mail.pem, key: %1$s/mail.key}
                  late: {certificate: %1$s/late.pem, key: %1$s/late.key}
                pools:
                  shop: {healthCheck: none, backends: {s-01: {address: "127.0.0.1:%2$d"}}}
                  mail: {healthCheck: none, backends: {m-01: {address: "127.0.0.1:%3$d"}}}
                listeners:
                  secure:
                    protocol: tls
                    bind: "127.0.0.1:0"
                    tls: {certificates: [shop, mail], alpn: HTTP2Preferred}
                    sni: [{hosts: [mail.example], pool: mail}]
                    pool: shop
                  known:
                    protocol: tls
                    bind: "127.0.0.1:0"
                    tls: {certificates: [shop], clientCertificates: {ca: %4$s}}
                    pool: shop
                """.formatted(folder, shop.port(), mail.port(), authority.file())), false));
    }

    @AfterEach
    void stop() {
        daemon.close();
        shop.close();
        mail.close();
    }

    private SSLSocket connect(String listener, SSLContext context, String serverName) throws IOException {
        int port = daemon.address(listener).orElseThrow().getPort();
        var wire = new Socket(InetAddress.getLoopbackAddress(), port);
        wire.setSoTimeout(30_000);
        var socket = (SSLSocket) context.getSocketFactory().createSocket(wire, "127.0.0.1", port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(serverName.isEmpty() ? List.of() : List.of(new SNIHostName(serverName)));
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static String fetch(SSLSocket socket) throws IOException {
        socket.getOutputStream().write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip().lines().toList().getLast();
    }

    private static String subject(SSLSocket socket) throws IOException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectX500Principal().getName();
    }

    private String metrics() {
        int port = daemon.adminHttp().orElseThrow().getPort();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
                    HttpResponse.BodyHandlers.ofString())
                .body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theServerNameChoosesCertificateAndPool() throws IOException {
        try (SSLSocket client = connect("secure", authority.client(), "www.shop.example")) {
            assertThat(subject(client)).isEqualTo("CN=shop");
            assertThat(client.getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(fetch(client)).isEqualTo("shop");
        }
        try (SSLSocket client = connect("secure", authority.client(), "mail.example")) {
            assertThat(subject(client)).isEqualTo("CN=mail");
            assertThat(fetch(client)).isEqualTo("mail");
        }
        try (SSLSocket client = connect("secure", authority.client(), "")) {
            assertThat(subject(client)).isEqualTo("CN=shop");
        }
    }

    @Test
    void aClientHasToProveItselfWhereThatIsWanted() throws IOException {
        try (SSLSocket client = connect("known", authority.client(authority.issue("friend")), "")) {
            assertThat(fetch(client)).isEqualTo("shop");
        }
        assertThatThrownBy(() -> {
            try (SSLSocket client = connect("known", authority.client(), "")) {
                fetch(client);
            }
        }).isInstanceOf(IOException.class);
        TestAuthority.Issued forged = new TestAuthority(folder).issue("foe");
        assertThatThrownBy(() -> {
            try (SSLSocket client = connect("known", authority.client(forged), "")) {
                fetch(client);
            }
        }).isInstanceOf(IOException.class);
        await().untilAsserted(() -> assertThat(metrics())
            .contains("weir_tls_handshakes_total{listener=\"known\",outcome=\"failed: no-client-certificate\"} 1")
            .contains("weir_tls_handshakes_total{listener=\"known\",outcome=\"failed: client-certificate\"} 1"));
    }

    @Test
    void filesThatChangeAreShownToNewClientsWithoutAnEdit() throws IOException {
        try (SSLSocket open = connect("secure", authority.client(), "shop.example")) {
            authority.issue("shop", "shop.example", "new.example");

            await().untilAsserted(() -> {
                try (SSLSocket client = connect("secure", authority.client(), "shop.example")) {
                    assertThat(((X509Certificate) client.getSession().getPeerCertificates()[0]).getSubjectAlternativeNames().toString())
                        .contains("new.example");
                }
            });
            assertThat(fetch(open)).isEqualTo("shop");
        }
        assertThat(scene.api().get("/v1/certificates/shop").json().at("/status/names").toString()).contains("new.example");
    }

    @Test
    void filesThatCannotBeUsedChangeNothingButTheStatus() throws IOException {
        Files.writeString(folder.resolve("shop.key"), "no key");

        await().untilAsserted(
                () -> assertThat(scene.api().get("/v1/certificates/shop").json().at("/status/state").asString()).isEqualTo("stale"));
        try (SSLSocket client = connect("secure", authority.client(), "shop.example")) {
            assertThat(fetch(client)).isEqualTo("shop");
        }
        assertThat(metrics()).contains("weir_certificate_usable{certificate=\"shop\"} 0")
            .contains("weir_certificate_usable{certificate=\"mail\"} 1");
        assertThat(scene.api().get("/v1/certificates/late").json().at("/status/daysLeft").asInt()).isEqualTo(4);
        assertThat(scene.api().get("/v1/events").body()).contains("certificate.expiring").contains("certificate.failed");
    }

    @Test
    void anEditIsRefusedThatNamesAFileWhichCannotBeUsed() {
        var answer = scene.api().put("/v1/certificates/more", """
                {"certificate": "%1$s/none.pem", "key": "%1$s/mail.key"}""".formatted(folder));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body()).contains("certificates.more.certificate").contains("there is no such file");

        answer = scene.api().put("/v1/certificates/more", """
                {"certificate": "%1$s/shop.pem", "key": "%1$s/mail.key"}""".formatted(folder));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body()).contains("certificates.more.key").contains("it is not the key of the certificate");
    }

    @Test
    void aListenerThatIsAddedTakesTlsAndOneThatPassesItThroughLeavesItToTheBackend() throws IOException {
        int secure = daemon.address("secure").orElseThrow().getPort();
        assertThat(scene.api().put("/v1/pools/inner", """
                {"healthCheck": "none", "backends": {"x": {"address": "127.0.0.1:%d"}}}""".formatted(secure)).status()).isEqualTo(201);
        assertThat(scene.api().put("/v1/listeners/through", """
                {"protocol": "tls", "bind": "127.0.0.1:0", "tls": {"passThrough": true},
                 "sni": [{"hosts": ["*.example"], "pool": "inner"}]}""").status()).isEqualTo(201);

        try (SSLSocket client = connect("through", authority.client(), "mail.example")) {
            assertThat(subject(client)).isEqualTo("CN=mail");
            assertThat(fetch(client)).isEqualTo("mail");
        }
        assertThatThrownBy(() -> connect("through", authority.client(), "elsewhere.test").close()).isInstanceOf(IOException.class);
        assertThat(scene.api().get("/v1/explain/through?client=192.0.2.1&host=elsewhere.test").body())
            .contains("no entry of sni for server name elsewhere.test, and the listener has no pool", "the connection is reset");
        await().untilAsserted(
                () -> assertThat(metrics()).contains("weir_listener_ends_total{listener=\"through\",reason=\"no-route\"} 1"));
    }

    @Test
    void aSessionIsTakenUpByEveryNodeThatHasTheKeysAndByNoListenerOfAnotherName() throws Exception {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/openssl"))).isTrue();
        byte[] key = new byte[48];
        new SecureRandom().nextBytes(key);
        Path keys = Files.writeString(folder.resolve("tickets"), Base64.getEncoder().encodeToString(key) + "\n");
        Path other = Files.createDirectory(folder.resolve("other"));
        String listener = """
                {"protocol": "tls", "bind": "127.0.0.1:0", "pool": "shop",
                 "tls": {"certificates": ["shop"], "sessionTickets": {"keyFile": "%s"}}}""".formatted(keys);
        assertThat(scene.api().put("/v1/listeners/shared", listener).status()).isEqualTo(201);
        assertThat(scene.api().put("/v1/listeners/stranger", listener).status()).isEqualTo(201);
        DaemonScene second = DaemonScene.in(other);
        Path session = folder.resolve("session");
        try (WeirDaemon node = WeirDaemon
            .start(second.options(second.write("weir.yaml", scene.api().get("/v1/config", "accept: application/yaml").body()), false))) {
            assertThat(openssl(daemon, "shared", "-sess_out", session.toString())).contains("New, TLSv1.3");
            assertThat(openssl(node, "shared", "-sess_in", session.toString())).contains("Reused, TLSv1.3");
            assertThat(openssl(node, "stranger", "-sess_in", session.toString())).contains("New, TLSv1.3");
        }
    }

    @Test
    void aSessionIsTakenUpByTheProcessThatTakesThePlaceOfTheOther() throws Exception {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/openssl"))).isTrue();
        assumeThat(Transport.EPOLL.unavailable()).isEmpty();
        Path session = folder.resolve("session");
        assertThat(openssl(daemon, "secure", "-sess_out", session.toString())).contains("New, TLSv1.3");

        try (WeirDaemon heir = WeirDaemon.start(scene.options().takingOver())) {
            assertThat(openssl(heir, "secure", "-sess_in", session.toString())).contains("Reused, TLSv1.3");
        }
    }

    @Test
    void aBackendIsToldOfItsClientsTls() throws IOException {
        try (var backend = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(scene.api()
                .put("/v1/pools/told", """
                    {"healthCheck": "none", "proxyProtocol": {"tls": true}, "backends": {"x": {"address": "127.0.0.1:%d"}}}"""
                    .formatted(backend.getLocalPort()))
                .status()).isEqualTo(201);
            assertThat(scene.api().patch("/v1/listeners/known", "{\"pool\": \"told\"}").status()).isEqualTo(200);
            try (SSLSocket client = connect("known", authority.client(authority.issue("friend")), "www.shop.example");
                    Socket accepted = backend.accept()) {
                client.getOutputStream().write('x');
                byte[] header = accepted.getInputStream().readNBytes(16);
                byte[] body = accepted.getInputStream().readNBytes(((header[14] & 0xff) << 8) | (header[15] & 0xff));
                assertThat(new String(body, StandardCharsets.ISO_8859_1)).contains("\u0002\u0000\u0010www.shop.example", "TLSv1.3",
                        "TLS_AES_", "\"\u0000\u0006friend");
                assertThat(accepted.getInputStream().read()).isEqualTo('x');
            }
        }
    }

    private static String openssl(WeirDaemon node, String listener, String... more) throws InterruptedException {
        int port = node.address(listener).orElseThrow().getPort();
        String request = "printf 'GET / HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n'"; // BoringSSL sends tickets with the first bytes of an answer
        String script = "(" + request + "; sleep 1) | timeout 10 openssl s_client -connect 127.0.0.1:" + port + " -servername shop.example "
                + String.join(" ", more) + " 2>&1";
        try (var process = ManagedProcess.start("bash", "-c", script)) {
            process.awaitExit(Duration.ofSeconds(15));
            return String.join("\n", process.output());
        }
    }
}
