package im.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import im.proto.file.IMFileReq;
import im.proto.file.IMFileRsp;
import im.proto.other.IMHeartBeat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {

    private static final Command<IMFileReq> ASK = new Command<>(5, 0x0506, "ASK", IMFileReq.parser(), true);
    private static final Command<IMFileRsp> ANSWER = new Command<>(5, 0x0507, "ANSWER", IMFileRsp.parser(), false);
    private static final Command<IMHeartBeat> TWIN = new Command<>(7, 0x0506, "TWIN", IMHeartBeat.parser(), true);

    private final Catalogue catalogue = Catalogue.of(List.of(ANSWER, ASK));

    @Test
    void findsACommandByItsId() {
        assertThat(catalogue.find(0x0506)).containsSame(ASK);
        assertThat(catalogue.contains(0x0506)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 0x0505, 0x0508, 0xffff, 0x10000, Integer.MAX_VALUE})
    void doesNotKnowOtherIds(int commandId) {
        assertThat(catalogue.find(commandId)).isEmpty();
        assertThat(catalogue.contains(commandId)).isFalse();
    }

    @Test
    void listsItsCommandsById() {
        assertThat(catalogue.commands()).containsExactly(ASK, ANSWER);
    }

    @Test
    void mayBeEmpty() {
        Catalogue empty = Catalogue.of(List.of());

        assertThat(empty.contains(0)).isFalse();
        assertThat(empty.commands()).isEmpty();
    }

    @Test
    void refusesTwoCommandsWithOneIdAndNamesBoth() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Catalogue.of(List.of(ASK, ANSWER, TWIN)))
                .withMessageContainingAll("ASK(0x0506)", "TWIN(0x0506)");
    }
}
