package im.file;

import static im.file.FileServerFixture.ALICE;
import static im.file.FileServerFixture.BOB;
import static im.file.FileServerFixture.block;
import static im.file.FileServerFixture.pull;
import static im.file.FileServerFixture.state;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.proto.Commands;
import im.proto.base.ClientFileState;
import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFilePullDataRsp;
import im.testkit.WireClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that know nothing of reading ahead, on both sides of a server that does it. */
class ReadAheadIT {
    private static final int BLOCK = 32 << 10;

    @TempDir
    Path folder;

    private final byte[] content = new byte[1_000_003];
    private FileServerFixture server;
    private String task;
    private WireClient alice;
    private WireClient bob;

    @BeforeEach
    void begin() throws IOException {
        new Random(5).nextBytes(content);
        server = new FileServerFixture(folder);
        task = server.online(content.length);
        alice = server.sender(task);
        bob = server.receiver(task);
        bob.expect(Commands.FILE_STATE);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    /** Reads its file as a stream, as one client of the family does, so it cannot give any byte twice. */
    private void sendAsAStream() throws IOException {
        for (int at = 0; at < content.length; ) {
            IMFilePullDataReq pull = alice.expect(Commands.FILE_PULL_DATA_REQ);
            assertThat(pull.getOffset()).isEqualTo(at);
            int length = Math.min(pull.getDataSize(), content.length - at);
            alice.send(
                    Commands.FILE_PULL_DATA_RSP, 0, block(task, ALICE, at, ByteString.copyFrom(content, at, length)));
            at += length;
        }
    }

    private CompletableFuture<Void> sending() {
        return CompletableFuture.runAsync(() -> {
            try {
                sendAsAStream();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private byte[] receive(int offset, int length, int seq) throws IOException {
        bob.send(Commands.FILE_PULL_DATA_REQ, seq, pull(task, offset, length));
        WireClient.Frame answer = bob.expectFrame(Commands.FILE_PULL_DATA_RSP);
        assertThat(answer.seq()).isEqualTo(seq);
        IMFilePullDataRsp block = answer.parse(Commands.FILE_PULL_DATA_RSP);
        assertThat(block.getUserId()).isEqualTo(ALICE);
        assertThat(block.getOffset()).isEqualTo(offset);
        return block.getFileData().toByteArray();
    }

    private void assertDone() throws IOException {
        bob.send(Commands.FILE_STATE, 0, state(task, BOB, ClientFileState.CLIENT_FILE_DONE));
        assertThat(alice.expect(Commands.FILE_STATE)).isEqualTo(state(task, BOB, ClientFileState.CLIENT_FILE_DONE));
        bob.expectClosed();
        alice.expectClosed();
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 10, 32 << 10, 34 << 10, 256 << 10})
    void aFileThatIsPulledBlockByBlockComesWholeAndIsAskedForOnceAndInOrder(int length) throws Exception {
        CompletableFuture<Void> sending = sending();
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        while (received.size() < content.length) {
            received.writeBytes(receive(received.size(), length, received.size() / length));
        }
        assertThat(received.toByteArray()).isEqualTo(content);
        sending.get(10, TimeUnit.SECONDS);
        assertDone();
    }

    @Test
    void aFileThatIsPulledInOddPiecesComesWhole() throws Exception {
        CompletableFuture<Void> sending = sending();
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        Random random = new Random(9);
        while (received.size() < content.length) {
            int length = 1 + random.nextInt(100_000);
            byte[] piece = receive(received.size(), length, length & 0xffff);
            assertThat(piece).hasSize(Math.min(length, content.length - received.size()));
            received.writeBytes(piece);
        }
        assertThat(received.toByteArray()).isEqualTo(content);
        sending.get(10, TimeUnit.SECONDS);
        assertDone();
    }

    /** As the receiver's next pull looks, byte for byte. */
    @Test
    void theSenderIsAskedInTheFormOfTheReceiver() throws Exception {
        List<byte[]> pulls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            byte[] pull = WireClient.frame(Commands.FILE_PULL_DATA_REQ, 70 + i, pull(task, i * BLOCK, BLOCK));
            pull[5] = 13;
            pull[7] = 3;
            pull[15] = 48;
            pulls.add(pull);
        }
        for (int i = 0; i < 2; i++) {
            bob.sendRaw(pulls.get(i));
            assertThat(alice.receive().raw()).isEqualTo(pulls.get(i));
            alice.send(
                    Commands.FILE_PULL_DATA_RSP,
                    0,
                    block(task, ALICE, i * BLOCK, ByteString.copyFrom(content, i * BLOCK, BLOCK)));
            bob.expect(Commands.FILE_PULL_DATA_RSP);
        }
        assertThat(alice.receive().raw()).isEqualTo(pulls.get(2));
    }

    @Test
    void aReceiverThatJumpsBackGetsWhatItAsksFor() throws Exception {
        CompletableFuture.runAsync(() -> {
            try {
                while (true) {
                    IMFilePullDataReq pull = alice.expect(Commands.FILE_PULL_DATA_REQ);
                    int length = Math.min(pull.getDataSize(), content.length - pull.getOffset());
                    ByteString data = ByteString.copyFrom(content, pull.getOffset(), length);
                    alice.send(Commands.FILE_PULL_DATA_RSP, 0, block(task, ALICE, pull.getOffset(), data));
                }
            } catch (IOException | AssertionError over) {
                // The transfer has ended.
            }
        });
        int[] offsets = {0, BLOCK, 2 * BLOCK, 3 * BLOCK, BLOCK, 2 * BLOCK, 2 * BLOCK, 10 * BLOCK, 0};
        for (int i = 0; i < offsets.length; i++) {
            assertThat(receive(offsets[i], BLOCK, i))
                    .isEqualTo(Arrays.copyOfRange(content, offsets[i], offsets[i] + BLOCK));
        }
    }

    @Test
    void aSenderThatCannotReadFurtherIsHeardWhenTheReceiverComesThere() throws Exception {
        for (int i = 0; i < 2; i++) {
            CompletableFuture<byte[]> received = receiving(i);
            answerNextPull(0);
            assertThat(received.get(10, TimeUnit.SECONDS)).hasSize(BLOCK);
        }
        answerNextPull(1);
        CompletableFuture<byte[]> received = receiving(2);
        answerNextPull(1);
        assertThat(received.get(10, TimeUnit.SECONDS)).isEmpty();
    }

    private CompletableFuture<byte[]> receiving(int number) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return receive(number * BLOCK, BLOCK, number);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void answerNextPull(int result) throws IOException {
        IMFilePullDataReq pull = alice.expect(Commands.FILE_PULL_DATA_REQ);
        ByteString data = result == 0 ? ByteString.copyFrom(content, pull.getOffset(), BLOCK) : ByteString.EMPTY;
        alice.send(
                Commands.FILE_PULL_DATA_RSP,
                0,
                block(task, ALICE, pull.getOffset(), data).toBuilder()
                        .setResultCode(result)
                        .build());
    }
}
