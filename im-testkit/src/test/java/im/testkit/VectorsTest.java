package im.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.proto.Command;
import im.proto.Commands;
import im.testkit.Vectors.Note;
import im.testkit.Vectors.Recorded;
import im.testkit.Vectors.Step;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorsTest {

    @Test
    void readsPdusAndNotesInOrder() {
        List<Step> steps = Vectors.load("online");
        assertThat(steps.get(0)).isEqualTo(new Note("A connects to msg:18000"));
        Recorded login = (Recorded) steps.get(1);
        assertThat(login.from()).isEqualTo("A");
        assertThat(login.to()).isEqualTo("msg");
        assertThat(login.serviceId()).isEqualTo(1);
        assertThat(login.commandId()).isEqualTo(0x0103);
        assertThat(login.seq()).isEqualTo(1);
        assertThat(login.bytes()).hasSize(0x45);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "backend",
                "login",
                "message",
                "offline",
                "offline_1byte",
                "online",
                "online_cancel_by_sender",
                "online_refuse_by_receiver"
            })
    void everyRecordedPduIsOneFrameOfAKnownCommand(String name) {
        List<Recorded> recorded = Vectors.load(name).stream()
                .filter(Recorded.class::isInstance)
                .map(Recorded.class::cast)
                .toList();
        assertThat(recorded).isNotEmpty();
        for (Recorded pdu : recorded) {
            WireClient.Frame frame = WireClient.Frame.of(pdu.bytes());
            Command<?> command = Commands.CATALOGUE.find(pdu.commandId()).orElseThrow();
            assertThat(frame.commandId()).as("%s", pdu).isEqualTo(command.commandId());
            assertThat(frame.serviceId()).as("%s", pdu).isEqualTo(pdu.serviceId());
            assertThat(frame.seq()).as("%s", pdu).isEqualTo(pdu.seq());
            if (command != Commands.OTHER_HEARTBEAT) { // some clients put any bytes into that
                assertThat(frame.parse(command)).as("%s", pdu).isNotNull();
            }
        }
    }

    @Test
    void saysWhenThereIsNoSuchRecording() {
        assertThatThrownBy(() -> Vectors.load("nothing")).isInstanceOf(IllegalArgumentException.class);
    }
}
