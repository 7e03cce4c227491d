package im.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageCipherTest {

    private record Vector(String plain, String encrypted) {
        static Vector of(String line) {
            String[] columns = line.split(" ");
            return new Vector(new String(HexFormat.of().parseHex(columns[1]), StandardCharsets.UTF_8), columns[2]);
        }
    }

    private static List<Vector> vectors() throws Exception {
        try (InputStream stream = MessageCipherTest.class.getResourceAsStream("/vectors/crypto.txt")) {
            return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> line.startsWith("aes "))
                    .map(Vector::of)
                    .toList();
        }
    }

    @Test
    void doesWhatClientsOfTheFamilyDo() throws Exception {
        assertThat(vectors()).hasSizeGreaterThan(3).allSatisfy(vector -> {
            assertThat(MessageCipher.encrypt(vector.plain()).toStringUtf8()).isEqualTo(vector.encrypted());
            assertThat(MessageCipher.decrypt(ByteString.copyFromUtf8(vector.encrypted())))
                    .isEqualTo(vector.plain());
        });
    }

    @Test
    void takesAnyTextBack() {
        for (int length = 0; length < 70; length++) {
            String text = "€".repeat(length / 3) + "x".repeat(length % 3);
            assertThat(MessageCipher.decrypt(MessageCipher.encrypt(text))).isEqualTo(text);
        }
    }

    @Test
    void whatWasNotEncryptedIsPlainText() {
        // Neither Base64, nor whole blocks, nor what decrypts to a length that can be.
        for (String plain :
                List.of("", "hello there", "aGVsbG8=", "u5ify+ybA+7JaN5pD298Jg==", "AAAAAAAAAAAAAAAAAAAAAA==")) {
            assertThat(MessageCipher.decrypt(ByteString.copyFromUtf8(plain))).isEqualTo(plain);
        }
    }
}
