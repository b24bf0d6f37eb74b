package io.weir.testkit;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/** An authority of a test's own; what it issues lies as PEM files in a folder of the test. Confined to the test. */
public final class TestAuthority {
    private static final String ALTERNATIVE_NAMES = "2.5.29.17";
    private static final int SEQUENCE = 0x30;
    private static final int DNS_NAME = 0x82;

    private final Path folder;
    private final X509Bundle bundle;

    public TestAuthority(Path folder) {
        this.folder = folder;
        try {
            bundle = base("Test authority", Instant.now().plus(Duration.ofDays(90))).setIsCertificateAuthority(true).buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        write("authority-" + System.identityHashCode(this) + ".pem", bundle.getCertificatePEM());
    }

    /** A certificate with its key. */
    public record Issued(Path certificate, Path key, X509Bundle bundle) {}

    /** The authority's certificate, PEM. */
    public Path file() {
        return folder.resolve("authority-" + System.identityHashCode(this) + ".pem");
    }

    /** A certificate for 60 days in {@code NAME.pem} and {@code NAME.key}; replaces one of the same name. */
    public Issued issue(String name, String... dnsNames) {
        return issue(name, Instant.now().plus(Duration.ofDays(60)), dnsNames);
    }

    /** As {@link #issue(String, String...)}, until {@code notAfter}. */
    public Issued issue(String name, Instant notAfter, String... dnsNames) {
        try {
            CertificateBuilder wanted = base(name, notAfter);
            if (dnsNames.length > 0) {
                wanted.addExtensionOctetString(ALTERNATIVE_NAMES, false, alternativeNames(dnsNames));
            }
            X509Bundle issued = wanted.buildIssuedBy(bundle);
            return new Issued(write(name + ".pem", issued.getCertificatePathPEM()), write(name + ".key", issued.getPrivateKeyPEM()),
                    issued);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** RFC 5280 4.2.1.6. The builder's own method takes no name with a star. */
    private static byte[] alternativeNames(String... dnsNames) {
        var names = new ByteArrayOutputStream();
        for (String dnsName : dnsNames) {
            names.writeBytes(tagged(DNS_NAME, dnsName.getBytes(StandardCharsets.US_ASCII)));
        }
        return tagged(SEQUENCE, names.toByteArray());
    }

    private static byte[] tagged(int tag, byte[] content) {
        if (content.length > Byte.MAX_VALUE) {
            throw new IllegalArgumentException("names of " + content.length + " bytes, want at most " + Byte.MAX_VALUE);
        }
        return ByteBuffer.allocate(2 + content.length).put((byte) tag).put((byte) content.length).put(content).array();
    }

    private static CertificateBuilder base(String name, Instant notAfter) {
        return new CertificateBuilder().ecp256()
            .subject("CN=" + name)
            .notBefore(Instant.now().minus(Duration.ofDays(1)))
            .notAfter(notAfter);
    }

    /** In one step, as a good tool replaces a file. */
    private Path write(String file, String text) {
        try {
            Path fresh = Files.writeString(folder.resolve(file + ".new"), text);
            return Files.move(fresh, folder.resolve(file), StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a client needs that trusts this authority and has no certificate. */
    public SSLContext client() {
        return context(new KeyManager[0]);
    }

    /** What a client needs that trusts this authority and proves itself with a certificate. */
    public SSLContext client(Issued own) {
        try {
            return context(own.bundle().toKeyManagerFactory().getKeyManagers());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a server needs that shows this certificate. */
    public SSLContext server(Issued own) {
        return client(own);
    }

    private SSLContext context(KeyManager[] keys) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, bundle.toTrustManagerFactory().getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
