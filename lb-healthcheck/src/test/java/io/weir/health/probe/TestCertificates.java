package io.weir.health.probe;

import io.weir.testkit.ManagedProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An authority of a test's own and servers' certificates from it, made by the JDK's keytool in a folder of the test. */
final class TestCertificates {
    private static final Path KEYTOOL = Path.of(System.getProperty("java.home"), "bin", "keytool");
    private static final String PASSWORD = "changeit";

    private final Path folder;
    private final Path authority;

    TestCertificates(Path folder) throws InterruptedException {
        this.folder = folder;
        this.authority = folder.resolve("authority.p12");
        keytool("-genkeypair", "-keystore", authority.toString(), "-alias", "ca", "-dname", "CN=Test authority", "-ext", "bc:c=ca:true",
                "-validity", "30");
        keytool("-exportcert", "-rfc", "-keystore", authority.toString(), "-alias", "ca", "-file", authorityFile().toString());
    }

    /** The authority's certificate, PEM. */
    Path authorityFile() {
        return folder.resolve("authority.pem");
    }

    /** What a server with a certificate for this name (also for 127.0.0.1) needs; {@code startDate} is keytool's, valid for a day. */
    SSLContext server(String name, String startDate) throws Exception {
        String store = folder.resolve(name + startDate.hashCode() + ".p12").toString();
        String request = store + ".csr";
        String certificate = store + ".pem";
        keytool("-genkeypair", "-keystore", store, "-alias", "server", "-dname", "CN=" + name);
        keytool("-certreq", "-keystore", store, "-alias", "server", "-file", request);
        keytool("-gencert", "-rfc", "-keystore", authority.toString(), "-alias", "ca", "-infile", request, "-outfile", certificate,
                "-startdate", startDate, "-validity", "1", "-ext", "san=dns:" + name + ",ip:127.0.0.1");
        keytool("-importcert", "-noprompt", "-keystore", store, "-alias", "ca", "-file", authorityFile().toString());
        keytool("-importcert", "-noprompt", "-keystore", store, "-alias", "server", "-file", certificate);
        return context(Path.of(store));
    }

    private static SSLContext context(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(store)) {
            keys.load(file, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static void keytool(String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(KEYTOOL.toString()));
        command.addAll(List.of(arguments));
        if (!List.of(arguments).contains("-exportcert")) {
            command.addAll(List.of("-keypass", PASSWORD));
        }
        command.addAll(List.of("-storepass", PASSWORD));
        if (List.of(arguments).contains("-genkeypair")) {
            command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-storetype", "PKCS12"));
        }
        try (var process = ManagedProcess.start(command.toArray(String[]::new))) {
            int code = process.awaitExit(Duration.ofSeconds(30));
            if (code != 0) {
                throw new IllegalStateException(command + " exited with " + code + ": " + process.output());
            }
        }
    }
}
