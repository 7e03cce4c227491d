package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import im.proto.Command;
import im.proto.Commands;
import im.proto.file.IMFilePullDataRsp;
import im.testkit.fuzz.FuzzCases;
import im.testkit.fuzz.Mutations;
import im.testkit.fuzz.RandomMessages;
import io.netty.buffer.ByteBufUtil;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whatever a body holds, it is read as a message or is a violation, and nothing else. */
class FuzzedBodiesTest {
    private static Optional<MessageLite> parse(Command<?> command, byte[] body) {
        try {
            return Optional.of(RawFrame.of(command.commandId(), 0, body).pdu().parse(command));
        } catch (ProtocolViolation e) {
            return Optional.empty();
        }
    }

    @Test
    void everyCommandReadsWhatIsValidAndRefusesWhatIsNot() {
        FuzzCases.run(200, (random, number) -> {
            RandomMessages messages = new RandomMessages(random);
            Mutations mutations = new Mutations(random);
            for (Command<?> command : Commands.CATALOGUE.commands()) {
                Message message = messages.of(command);
                byte[] body = message.toByteArray();
                assertThat(parse(command, body)).contains(message);

                parse(command, mutations.ofBody(body))
                        .ifPresent(read -> assertThat(parse(command, read.toByteArray()))
                                .as("%s, written and read again", command)
                                .contains(read));
            }
        });
    }

    @Test
    void aBlockThatIsReadInPlaceIsReadAsTheMessageThatItIs() {
        FuzzCases.run(5_000, (random, number) -> {
            Message message = new RandomMessages(random).of(Commands.FILE_PULL_DATA_RSP);
            byte[] body = new Mutations(random).ofBody(message.toByteArray());
            Pdu pdu = RawFrame.of(Commands.FILE_PULL_DATA_RSP.commandId(), 0, body)
                    .pdu();
            Block block;
            try {
                block = Block.parse(pdu);
            } catch (ProtocolViolation e) {
                return;
            }
            IMFilePullDataRsp same =
                    (IMFilePullDataRsp) parse(Commands.FILE_PULL_DATA_RSP, body).orElseThrow();
            assertThat(block.resultCode()).isEqualTo(same.getResultCode());
            assertThat(block.userId()).isEqualTo(Integer.toUnsignedLong(same.getUserId()));
            assertThat(block.isOf(same.getTaskIdBytes().toByteArray())).isTrue();
            assertThat(block.offset())
                    .isEqualTo(LargeFiles.offset(same.getOffset(), same.hasOffset64(), same.getOffset64()));
            assertThat(ByteBufUtil.getBytes(block.data()))
                    .isEqualTo(same.getFileData().toByteArray());
        });
    }
}
