package io.weir.net.tls;

import io.weir.core.model.Certificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate with those that lead to its authority and its private key, as they were read. Immutable, any thread.
 *
 * @param chain the server's own first
 * @param names that it bears, in lower case, exact or {@code *.} and a suffix
 */
public record CertificateChain(String name, List<X509Certificate> chain, PrivateKey key, Set<String> names) {
    /** What a PEM file of certificates may have at most: a chain is a few KiB, all public authorities are 300. */
    private static final int MAX_FILE_BYTES = 4 << 20;
    private static final int DNS_NAME = 2;
    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([A-Za-z0-9*._-]+)");

    public CertificateChain {
        chain = List.copyOf(chain);
        names = Set.copyOf(names);
    }

    /**
     * Reads the files; blocks.
     *
     * @throws UnusableFile if one cannot be read, holds something else, or the key is another certificate's
     */
    public static CertificateChain read(Certificate files) throws UnusableFile {
        List<X509Certificate> chain = certificates(files.certificate());
        PrivateKey key = key(files.key());
        X509Certificate own = chain.getFirst();
        if (!belongs(key, own.getPublicKey())) {
            throw new UnusableFile(files.key(), "it is not the key of the certificate in " + files.certificate());
        }
        return new CertificateChain(files.name(), chain, key, names(own));
    }

    /**
     * The certificates of a PEM file; blocks.
     *
     * @throws UnusableFile if it cannot be read, or holds none
     */
    public static List<X509Certificate> certificates(Path file) throws UnusableFile {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Pem block : blocks(file)) {
            if (block.label().equals("CERTIFICATE")) {
                certificates.add(certificate(file, block.der()));
            }
        }
        if (certificates.isEmpty()) {
            throw new UnusableFile(file, "there is no certificate in it");
        }
        return certificates;
    }

    private static X509Certificate certificate(Path file, byte[] der) throws UnusableFile {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException wrong) {
            throw new UnusableFile(file, "a certificate in it cannot be read: " + wrong.getMessage());
        }
    }

    private static PrivateKey key(Path file) throws UnusableFile {
        try {
            return PrivateKeyBlock.first(blocks(file));
        } catch (IllegalArgumentException wrong) {
            throw new UnusableFile(file, String.valueOf(wrong.getMessage()));
        }
    }

    private static List<Pem> blocks(Path file) throws UnusableFile {
        try {
            return Pem.blocks(text(file));
        } catch (IllegalArgumentException wrong) {
            throw new UnusableFile(file, String.valueOf(wrong.getMessage()));
        }
    }

    /** What a file holds, within bounds. */
    static String text(Path file) throws UnusableFile {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new UnusableFile(file, "it has more than " + MAX_FILE_BYTES + " bytes");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException _) {
            throw new UnusableFile(file, "there is no such file");
        } catch (IOException wrong) {
            throw new UnusableFile(file, "it cannot be read: " + wrong.getMessage());
        }
    }

    /** Signs something with the one and checks it with the other. */
    private static boolean belongs(PrivateKey key, PublicKey certified) {
        if (!sameKind(key.getAlgorithm(), certified.getAlgorithm())) {
            return false;
        }
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
        try {
            byte[] text = {1, 2, 3, 4};
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(text);
            Signature checking = Signature.getInstance(algorithm);
            checking.initVerify(certified);
            checking.update(text);
            return checking.verify(signing.sign());
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private static boolean sameKind(String one, String other) {
        return one.equals(other) || (one.startsWith("Ed") && other.startsWith("Ed"));
    }

    /** Those for the DNS; without any, the common name, as in certificates from before RFC 6125. */
    private static Set<String> names(X509Certificate certificate) {
        Set<String> names = new LinkedHashSet<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                alternatives.stream()
                    .filter(name -> name.getFirst().equals(DNS_NAME))
                    .forEach(name -> names.add(String.valueOf(name.get(1)).toLowerCase(Locale.ROOT)));
            }
            if (names.isEmpty()) {
                Matcher common = COMMON_NAME.matcher(certificate.getSubjectX500Principal().getName());
                if (common.find()) {
                    names.add(common.group(1).toLowerCase(Locale.ROOT));
                }
            }
        } catch (CertificateException unreadable) {
            throw new IllegalArgumentException("names of a certificate that was read: " + unreadable.getMessage(), unreadable);
        }
        return names;
    }

    public Instant notBefore() {
        return chain.getFirst().getNotBefore().toInstant();
    }

    /** When the first certificate of the chain ends. */
    public Instant notAfter() {
        return chain.stream().map(each -> each.getNotAfter().toInstant()).min(Instant::compareTo).orElseThrow();
    }

    public String issuer() {
        return chain.getFirst().getIssuerX500Principal().getName();
    }

    /** SHA-256 of the server's own certificate, as {@code openssl x509 -fingerprint} has it, in lower case without colons. */
    public String fingerprint() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(chain.getFirst().getEncoded());
            return HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
