package im.server.token;

import static org.assertj.core.api.Assertions.assertThat;

import im.proto.base.ClientFileRole;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TokenKeyTest {
    private static final Instant NOW = Instant.parse("2030-01-01T12:00:00Z");
    private static final Instant END = NOW.plusSeconds(60);
    private static final Grant GRANT = new Grant("2f9c2c54-8a1b", -7, ClientFileRole.CLIENT_OFFLINE_DOWNLOAD);

    private final TokenKey key = TokenKey.random();
    private final byte[] token = key.sign(GRANT, END);

    @Test
    void aTokenIsGoodForWhatItWasMadeFor() {
        assertThat(key.objection(token, GRANT, NOW)).isEmpty();
        assertThat(key.objection(token, GRANT, END.minusMillis(1))).isEmpty();
    }

    @Test
    void aTokenEnds() {
        assertThat(key.objection(token, GRANT, END)).contains("the token has expired: ask for the file again");
        assertThat(key.objection(token, GRANT, END.plusSeconds(86_400))).isPresent();
    }

    @Test
    void aTokenIsNotGoodForAnotherUserTaskOrRole() {
        assertThat(key.objection(token, new Grant(GRANT.taskId(), 7, GRANT.role()), NOW))
                .contains("the token is not for this user and this file");
        assertThat(key.objection(token, new Grant("2f9c2c54-8a1c", GRANT.userId(), GRANT.role()), NOW))
                .contains("the token is not for this user and this file");
        assertThat(key.objection(token, new Grant("2f9c2c54-8a1", GRANT.userId(), GRANT.role()), NOW))
                .isPresent();
        for (ClientFileRole other : ClientFileRole.values()) {
            Grant wanted = new Grant(GRANT.taskId(), GRANT.userId(), other);
            assertThat(key.objection(token, wanted, NOW).isPresent()).isEqualTo(other != GRANT.role());
        }
    }

    @Test
    void aTokenOfAnotherKeyIsNone() {
        assertThat(TokenKey.random().objection(token, GRANT, NOW)).isPresent();
        assertThat(TokenKey.of(key.bytes()).orElseThrow().objection(token, GRANT, NOW))
                .isEmpty();
    }

    @Test
    void noBitOfATokenCanBeChanged() {
        for (int bit = 0; bit < token.length * 8; bit++) {
            byte[] forged = token.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(key.objection(forged, GRANT, NOW)).as("bit %d", bit).isPresent();
        }
    }

    @Test
    void aTokenThatIsTruncatedOrGoesOnIsNone() {
        for (int length = 0; length < token.length; length++) {
            assertThat(key.objection(Arrays.copyOf(token, length), GRANT, NOW)).isPresent();
        }
        assertThat(key.objection(Arrays.copyOf(token, token.length + 1), GRANT, NOW))
                .isPresent();
    }

    @Test
    void aKeyHas32Bytes() {
        assertThat(TokenKey.of(new byte[31])).isEmpty();
        assertThat(TokenKey.of(new byte[0])).isEmpty();
        assertThat(TokenKey.of(new byte[32])).isPresent();
        assertThat(TokenKey.random().bytes()).hasSize(32).isNotEqualTo(key.bytes());
    }
}
