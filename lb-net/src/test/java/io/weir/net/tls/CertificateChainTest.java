package io.weir.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.core.model.Certificate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files as OpenSSL writes them. */
class CertificateChainTest {
    @TempDir
    private Path folder = Path.of("");

    private Path file(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(CertificateChainTest.class.getResourceAsStream(name), name)) {
            return Files.write(folder.resolve(name), in.readAllBytes());
        }
    }

    private CertificateChain read(String certificate, String key) throws IOException, UnusableFile {
        return CertificateChain.read(new Certificate("shop", file(certificate), file(key)));
    }

    @ParameterizedTest
    @CsvSource({"ec.pem, ec-pkcs8.key", "ec.pem, ec-sec1.key", "rsa.pem, rsa-pkcs1.key", "ed25519.pem, ed25519.key"})
    void keysOfEveryFormAreRead(String certificate, String key) throws Exception {
        assertThat(read(certificate, key).chain()).hasSize(1);
    }

    @Test
    void itBearsItsAlternativeNamesForTheDnsInLowerCase() throws Exception {
        assertThat(read("rsa.pem", "rsa-pkcs1.key").names()).containsExactlyInAnyOrder("a.example", "*.b.example");
    }

    @Test
    void withoutAlternativeNamesTheCommonNameCounts() throws Exception {
        assertThat(read("ec.pem", "ec-sec1.key").names()).containsExactly("ec.example");
    }

    @Test
    void whateverStandsAroundTheBlocksIsLeftOut() throws Exception {
        Path both = folder.resolve("both.pem");
        Files.writeString(both, "Bag Attributes\n" + Files.readString(file("rsa-pkcs1.key")) + "subject=x\n"
                + Files.readString(file("rsa.pem")).replace("\n", "\r\n") + Files.readString(file("ec.pem")));

        CertificateChain read = CertificateChain.read(new Certificate("shop", both, both));

        assertThat(read.chain()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"ec.pem | rsa-pkcs1.key | it is not the key of the certificate in ",
        "ec.pem | encrypted.key | the key is encrypted, want it in the clear", "ec.pem | rsa.pem | there is no private key in it",
        "ec-sec1.key | ec-sec1.key | there is no certificate in it"})
    void whatCannotBeUsedIsSaid(String certificate, String key, String cause) {
        assertThatThrownBy(() -> read(certificate, key)).isInstanceOf(UnusableFile.class).hasMessageStartingWith(cause);
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        var files = new Certificate("shop", folder.resolve("none"), folder.resolve("none"));

        assertThatThrownBy(() -> CertificateChain.read(files)).isInstanceOf(UnusableFile.class).hasMessage("there is no such file");
    }

    @Test
    void keysOfTicketsAreLinesOf48BytesInBase64() throws Exception {
        Path keys = Files.writeString(folder.resolve("tickets"), "A".repeat(64) + "\n\n" + "B".repeat(64) + "\n");

        assertThat(TicketKeys.read(keys).keys()).hasSize(2);
        assertThat(TicketKeys.read(keys)).isEqualTo(TicketKeys.read(keys)).isNotEqualTo(TicketKeys.random());

        Files.writeString(keys, "A".repeat(64) + "\nAAAA\n");
        assertThatThrownBy(() -> TicketKeys.read(keys)).hasMessageStartingWith("line 2 is no key");
    }
}
