package im.file;

import static im.file.FileServerFixture.ALICE;
import static im.file.FileServerFixture.BOB;
import static im.file.FileServerFixture.block;
import static im.file.FileServerFixture.pull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import im.proto.Command;
import im.proto.Commands;
import im.proto.base.ClientFileState;
import im.proto.base.TransferFileType;
import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFilePullDataRsp;
import im.proto.server.IMFileTransferReq;
import im.testkit.Eventually;
import im.testkit.WireClient;
import im.testkit.fuzz.FuzzCases;
import im.testkit.fuzz.FuzzedFrames;
import im.testkit.fuzz.Mutations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Transfers in which one side damages some of what it sends, step by step, beside a few lines that know the rules: what is kept or passed
 * on is what was asked for and sent, and who breaks a rule is thrown out at once.
 */
class FuzzedTransfersIT {
    private static final int BLOCK = 4 << 10;
    private static final int PADDED = 32 << 10;
    private static final int LONGEST_PULL_FRAME = 512;
    private static final int LARGEST_PULL = 256 << 10;
    private static final int TRANSFERS = 10;
    private static final int MOST_PULLS = 8;

    @TempDir
    Path folder;

    private FileServerFixture server;

    /** What becomes of a frame by the rules. */
    private enum Verdict {
        TAKEN,
        /** Nobody is to blame, but it does not go on like this. */
        DECLINED,
        BROKEN
    }

    private record Judged(Verdict verdict, ByteString data) {
        static Judged of(Verdict verdict) {
            return new Judged(verdict, ByteString.EMPTY);
        }
    }

    @BeforeEach
    void start() throws Exception {
        server = new FileServerFixture(
                folder, "transfer.upload-block=4 KiB", "transfer.upload-window=16 KiB", "relay.read-ahead=0");
        server.stored(new byte[BLOCK]);
        server.disconnectClients();
        Eventually.until("the first upload has ended", () -> server.clientCount() == 0);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private static byte[] content(Random random) {
        byte[] content = new byte[random.nextInt(4) == 0 ? random.nextInt(3) : random.nextInt(5 * BLOCK)];
        random.nextBytes(content);
        return content;
    }

    /** In pieces of any length; whoever is thrown out meanwhile need not send the rest. */
    private static void send(WireClient client, Random random, byte[] frame) {
        try {
            for (byte[] piece : new Mutations(random).pieces(frame)) {
                client.sendRaw(piece);
            }
        } catch (IOException thrownOut) {
            // Who was to be is looked at afterwards.
        }
    }

    private static byte[] maybeDamaged(Random random, Command<?> command, Message message) {
        FuzzedFrames frames = new FuzzedFrames(random);
        return random.nextInt(8) == 0 ? frames.withDamagedBody(command, message) : frames.valid(command, message);
    }

    private static byte[] body(byte[] frame) {
        return Arrays.copyOfRange(frame, WireClient.Frame.HEADER_LENGTH, frame.length);
    }

    private static Judged judgedBlock(byte[] frame, String task, long offset, int wanted) {
        IMFilePullDataRsp block;
        try {
            block = Commands.FILE_PULL_DATA_RSP.parser().parseFrom(body(frame));
        } catch (InvalidProtocolBufferException e) {
            return Judged.of(Verdict.BROKEN);
        }
        if (block.getUnknownFields().asMap().values().stream()
                .anyMatch(field -> !field.getGroupList().isEmpty())) {
            // The protocol has no groups.
            return Judged.of(Verdict.BROKEN);
        }
        long at = block.hasOffset64() ? block.getOffset64() : Integer.toUnsignedLong(block.getOffset());
        if (!block.getTaskId().equals(task) || block.getUserId() != ALICE || at != offset) {
            return Judged.of(Verdict.BROKEN);
        }
        if (block.getResultCode() != 0) {
            return Judged.of(Verdict.DECLINED);
        }
        ByteString data = block.getFileData();
        boolean padded = data.size() == PADDED
                && wanted < PADDED
                && data.substring(wanted).equals(ByteString.copyFrom(new byte[PADDED - wanted]));
        return data.size() == wanted || padded
                ? new Judged(Verdict.TAKEN, data.substring(0, wanted))
                : Judged.of(Verdict.BROKEN);
    }

    /** Its bytes; what stands behind them is the store's affair. */
    private Optional<byte[]> kept(String task, int size) throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("files"))) {
            Optional<Path> data =
                    all.filter(path -> path.endsWith(task + "-file")).findAny();
            return data.isPresent()
                    ? Optional.of(Arrays.copyOf(Files.readAllBytes(data.get()), size))
                    : Optional.empty();
        }
    }

    /** What the sender says the file has: nothing, what it has, something else, or what is no checksum. */
    private static ByteString announced(Random random, byte[] content) {
        byte[] right = Hashing.sha256().hashBytes(content).asBytes();
        return switch (random.nextInt(4)) {
            case 0 -> ByteString.EMPTY;
            case 1 -> ByteString.copyFrom(right);
            case 2 -> ByteString.copyFrom(new byte[right.length]);
            default -> ByteString.copyFrom(right, 0, random.nextInt(right.length));
        };
    }

    private static boolean fits(ByteString announced, byte[] content) {
        byte[] sum = Hashing.sha256().hashBytes(content).asBytes();
        return announced.size() != sum.length || announced.equals(ByteString.copyFrom(sum));
    }

    private void uploads(Random random) throws Exception {
        byte[] content = content(random);
        ByteString announced = announced(random, content);
        String task = server.ask(IMFileTransferReq.newBuilder()
                        .setFromUserId(ALICE)
                        .setToUserId(BOB)
                        // Or an upload of the same size would be gone on with.
                        .setFileName("f" + random.nextLong())
                        .setFileSize(content.length)
                        .setSha256(announced)
                        .setTransMode(TransferFileType.FILE_TYPE_OFFLINE))
                .getTaskId();
        WireClient alice = server.uploader(task);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        Verdict verdict = Verdict.TAKEN;
        while (sent.size() < content.length && verdict == Verdict.TAKEN) {
            IMFilePullDataReq pull = alice.expect(Commands.FILE_PULL_DATA_REQ);
            assertThat(pull.getOffset()).as("asks in order").isEqualTo(sent.size());
            int wanted = pull.getDataSize();
            assertThat(wanted).isEqualTo(Math.min(BLOCK, content.length - sent.size()));
            byte[] frame = maybeDamaged(
                    random,
                    Commands.FILE_PULL_DATA_RSP,
                    block(
                            task,
                            ALICE,
                            sent.size(),
                            ByteString.copyFrom(Arrays.copyOf(
                                    Arrays.copyOfRange(content, sent.size(), sent.size() + wanted),
                                    random.nextInt(10) == 0 ? PADDED : wanted))));
            send(alice, random, frame);
            Judged judged = judgedBlock(frame, task, sent.size(), wanted);
            verdict = judged.verdict();
            judged.data().writeTo(sent);
        }
        if (verdict != Verdict.BROKEN) {
            boolean whole = verdict == Verdict.TAKEN && fits(announced, sent.toByteArray());
            assertThat(state(alice))
                    .isEqualTo(whole ? ClientFileState.CLIENT_FILE_DONE : ClientFileState.CLIENT_FILE_CANCEL);
            if (whole) {
                assertThat(kept(task, content.length))
                        .as("kept")
                        .hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(sent.toByteArray()));
            } else {
                assertThat(kept(task, content.length)).isEmpty();
            }
            alice.expectClosed();
        } else {
            assertThat(thrownOut(alice)).isTrue();
            assertThat(kept(task, content.length)).isEmpty();
        }
    }

    /** What comes after any pulls. */
    private static ClientFileState state(WireClient client) throws IOException {
        WireClient.Frame frame = client.receive();
        while (frame.commandId() == Commands.FILE_PULL_DATA_REQ.commandId()) {
            frame = client.receive();
        }
        return frame.parse(Commands.FILE_STATE).getState();
    }

    /** Pulls may have been on their way; nothing else is. */
    private static boolean thrownOut(WireClient client) throws IOException {
        try {
            while (true) {
                client.receive().parse(Commands.FILE_PULL_DATA_REQ);
            }
        } catch (IOException reset) {
            return true;
        } catch (AssertionError ended) {
            return ended.getCause() instanceof java.io.EOFException;
        }
    }

    private static Verdict judgedPull(byte[] frame, String task, int size) {
        IMFilePullDataReq pull;
        try {
            pull = Commands.FILE_PULL_DATA_REQ.parser().parseFrom(body(frame));
        } catch (InvalidProtocolBufferException e) {
            return Verdict.BROKEN;
        }
        if (frame.length > LONGEST_PULL_FRAME || !pull.getTaskId().equals(task) || pull.getUserId() != BOB) {
            return Verdict.BROKEN;
        }
        long offset = pull.hasOffset64() ? pull.getOffset64() : Integer.toUnsignedLong(pull.getOffset());
        boolean sound = pull.getDataSize() > 0
                && pull.getDataSize() <= LARGEST_PULL
                && offset >= 0
                && (offset < size || offset == 0);
        return sound ? Verdict.TAKEN : Verdict.DECLINED;
    }

    private void relays(Random random) throws Exception {
        byte[] content = content(random);
        String task = server.online(content.length);
        WireClient alice = server.sender(task);
        WireClient bob = server.receiver(task);
        assertThat(bob.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_PEER_READY);
        boolean bobIsHostile = random.nextBoolean();
        int relayed = 0;
        // When all is with the receiver, a sender is no longer needed.
        for (int i = 0; i < MOST_PULLS && relayed < content.length; i++) {
            int offset = random.nextInt(content.length + 1);
            IMFilePullDataReq request = pull(task, offset, 1 + random.nextInt(BLOCK));
            byte[] asking = bobIsHostile
                    ? maybeDamaged(random, Commands.FILE_PULL_DATA_REQ, request)
                    : WireClient.frame(Commands.FILE_PULL_DATA_REQ, i, request);
            Verdict asked = judgedPull(asking, task, content.length);
            send(bob, random, asking);
            if (asked == Verdict.BROKEN) {
                assertThat(thrownOut(bob)).isTrue();
                assertThat(state(alice)).isEqualTo(ClientFileState.CLIENT_FILE_CANCEL);
                alice.expectClosed();
                return;
            }
            if (asked == Verdict.DECLINED) {
                assertThat(bob.expect(Commands.FILE_PULL_DATA_RSP).getResultCode())
                        .isPositive();
                continue;
            }
            WireClient.Frame came = alice.expectFrame(Commands.FILE_PULL_DATA_REQ);
            assertThat(came.raw()).as("passed on as it came").isEqualTo(asking);
            IMFilePullDataReq pull = came.parse(Commands.FILE_PULL_DATA_REQ);
            if (!answers(random, alice, bob, came.seq(), pull, content, !bobIsHostile)) {
                return;
            }
            int from = offset(pull);
            if (from <= relayed) {
                relayed = Math.max(relayed, Math.min(from + pull.getDataSize(), content.length));
            }
        }
    }

    /** Of one that is sound, so that it is small here. */
    private static int offset(IMFilePullDataReq pull) {
        return (int) (pull.hasOffset64() ? pull.getOffset64() : pull.getOffset());
    }

    /** Alice answers; true when it goes on. */
    private boolean answers(
            Random random,
            WireClient alice,
            WireClient bob,
            int seq,
            IMFilePullDataReq pull,
            byte[] content,
            boolean aliceIsHostile)
            throws Exception {
        int offset = offset(pull);
        int wanted = Math.min(pull.getDataSize(), content.length - offset);
        IMFilePullDataRsp right = block(pull.getTaskId(), ALICE, offset, ByteString.copyFrom(content, offset, wanted));
        byte[] frame = aliceIsHostile
                ? maybeDamaged(random, Commands.FILE_PULL_DATA_RSP, right)
                : WireClient.frame(Commands.FILE_PULL_DATA_RSP, 1, right);
        Judged judged = judgedBlock(frame, pull.getTaskId(), offset, wanted);
        send(alice, random, frame);
        if (judged.verdict() == Verdict.BROKEN) {
            assertThat(thrownOut(alice)).isTrue();
            assertThat(state(bob)).isEqualTo(ClientFileState.CLIENT_FILE_CANCEL);
            bob.expectClosed();
            return false;
        }
        WireClient.Frame came = bob.expectFrame(Commands.FILE_PULL_DATA_RSP);
        IMFilePullDataRsp given = came.parse(Commands.FILE_PULL_DATA_RSP);
        assertThat(came.seq()).isEqualTo(seq);
        assertThat(given.getTaskId()).isEqualTo(pull.getTaskId());
        assertThat(given.getUserId()).isEqualTo(ALICE);
        assertThat(given.getOffset()).isEqualTo(offset);
        assertThat(given.getFileData()).isEqualTo(judged.data());
        assertThat(given.getResultCode() == 0).isEqualTo(judged.verdict() == Verdict.TAKEN);
        return true;
    }

    @Test
    void whatIsKeptAndPassedOnIsWhatWasSentByTheRules() {
        FuzzCases.runAgainstServers(30, (random, number) -> {
            for (int i = 0; i < TRANSFERS; i++) {
                uploads(random);
                relays(random);
                server.disconnectClients();
            }
        });
    }

    @Test
    void aFileWhoseChecksumIsNoneIsKeptAsIfItHadNotBeenSaid() throws Exception {
        for (int length : List.of(0, 1, 31, 33, 64)) {
            byte[] content = {1, 2, 3};
            String task = server.ask(IMFileTransferReq.newBuilder()
                            .setFromUserId(ALICE)
                            .setToUserId(BOB)
                            .setFileName("f" + length)
                            .setFileSize(content.length)
                            .setSha256(ByteString.copyFrom(new byte[length]))
                            .setTransMode(TransferFileType.FILE_TYPE_OFFLINE))
                    .getTaskId();
            assertThat(server.uploaded(task, content)
                            .expect(Commands.FILE_STATE)
                            .getState())
                    .as("a checksum of %d bytes", length)
                    .isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        }
    }
}
