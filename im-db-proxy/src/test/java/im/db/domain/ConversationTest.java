package im.db.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ConversationTest {
    private static final UserId LOWEST = new UserId(1);
    private static final UserId HIGHEST = new UserId(4_294_967_295L);

    @Test
    void isTheSameForBothUsers() {
        assertThat(Conversation.between(LOWEST, HIGHEST)).isEqualTo(Conversation.between(HIGHEST, LOWEST));
        assertThat(Conversation.between(LOWEST, HIGHEST).users()).containsExactlyInAnyOrder(LOWEST, HIGHEST);
        assertThat(Conversation.between(LOWEST, HIGHEST).peerOf(HIGHEST)).isEqualTo(LOWEST);
        assertThat(Conversation.between(HIGHEST, HIGHEST).peerOf(HIGHEST)).isEqualTo(HIGHEST);
        assertThat(Conversation.between(HIGHEST, HIGHEST).users()).containsExactly(HIGHEST);
    }

    @Test
    void tellsUsersFromGroups() {
        Conversation group = Conversation.of(new GroupId(4_294_967_295L));
        assertThat(group.isOfGroup()).isTrue();
        assertThat(group.group()).isEqualTo(new GroupId(4_294_967_295L));
        assertThat(Conversation.between(LOWEST, LOWEST).isOfGroup()).isFalse();
        assertThat(Conversation.between(HIGHEST, HIGHEST).isOfGroup()).isFalse();
    }

    @Test
    void conversationsOfNeighboursDoNotShareAHash() {
        long hashes = LongStream.range(1, 1000)
                .map(id -> Conversation.between(new UserId(2 * id), new UserId(2 * id + 1))
                        .hashCode())
                .distinct()
                .count();
        assertThat(hashes).isGreaterThan(990);
    }

    @Test
    void refusesMessagesThatAreTooLongAndNamesOfTheWrongLength() {
        Participant sender = new Participant(LOWEST, Conversation.between(LOWEST, HIGHEST));
        assertThat(new NewMessage(sender, 1, new byte[64 << 10], Optional.of(new byte[32])))
                .isNotNull();
        assertThatThrownBy(() -> new NewMessage(sender, 1, new byte[(64 << 10) + 1], Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        for (int length : new int[] {0, 7, 33}) {
            assertThatThrownBy(() -> new NewMessage(sender, 1, new byte[0], Optional.of(new byte[length])))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
