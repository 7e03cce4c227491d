package im.db.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordTest {
    private final PasswordHashing hashing = new PasswordHashing(PasswordHashing.MIN_COST);

    @Test
    void digestsAPasswordAsRealClientsDo() {
        assertThat(PasswordDigest.ofPassword("alicepw").hex()).isEqualTo("15da1f78ad7d474862865bab1aab4d51");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "alicepw",
                "15DA1F78AD7D474862865BAB1AAB4D51",
                "15da1f78ad7d474862865bab1aab4d5",
                "15da1f78ad7d474862865bab1aab4d511"
            })
    void refusesWhatIsNoDigest(String text) {
        assertThat(PasswordDigest.isOne(text)).isFalse();
        assertThatThrownBy(() -> new PasswordDigest(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void matchesTheRightDigestOnly() {
        PasswordHash hash = hashing.hash(PasswordDigest.ofPassword("alicepw"));
        assertThat(hashing.matches(PasswordDigest.ofPassword("alicepw"), hash)).isTrue();
        assertThat(hashing.matches(PasswordDigest.ofPassword("alicePw"), hash)).isFalse();
    }

    @Test
    void storesSaltedBcryptAndNotTheDigest() {
        PasswordDigest digest = PasswordDigest.ofPassword("alicepw");
        PasswordHash hash = hashing.hash(digest);
        assertThat(hash.text()).startsWith("$2a$04$").doesNotContain(digest.hex());
        assertThat(hashing.hash(digest)).isNotEqualTo(hash);
    }

    @Test
    void showsNothingInLogs() {
        PasswordDigest digest = PasswordDigest.ofPassword("alicepw");
        assertThat("" + digest + hashing.hash(digest)).isEqualTo("(digest)(hash)");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 17})
    void refusesCostsThatAreTooLowOrTakeForEver(int cost) {
        assertThatThrownBy(() -> new PasswordHashing(cost)).isInstanceOf(IllegalArgumentException.class);
    }
}
