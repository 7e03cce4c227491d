package im.file;

import static im.file.FileServerFixture.ALICE;
import static im.file.FileServerFixture.BOB;
import static im.file.FileServerFixture.block;
import static im.file.FileServerFixture.loginRequest;
import static im.file.FileServerFixture.pull;
import static im.proto.base.ClientFileRole.CLIENT_OFFLINE_DOWNLOAD;
import static im.proto.base.ClientFileRole.CLIENT_OFFLINE_UPLOAD;
import static im.proto.base.ClientFileRole.CLIENT_REALTIME_RECVER;
import static im.proto.base.ClientFileRole.CLIENT_REALTIME_SENDER;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import im.proto.Capabilities;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.file.IMFileLoginReq;
import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFilePullDataRsp;
import im.proto.file.IMFileState;
import im.testkit.WireClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of 4 GiB and more at a real file-server. A relay keeps nothing, so no byte of them has to exist. */
class LargeFilesIT {
    private static final long FOUR_GIB = 1L << 32;
    private static final long SIZE = 6L << 30;
    private static final String TOO_LARGE = "this program cannot handle files of 4 GiB or more";
    private static final String TOO_LARGE_FOR_THE_OTHER =
            "the program of the other user cannot handle files of 4 GiB or more";

    @TempDir
    Path folder;

    private FileServerFixture server;

    @BeforeEach
    void start() throws IOException {
        server = new FileServerFixture(folder);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private static IMFileLoginReq.Builder capable(int user, String task, ClientFileRole role) {
        return loginRequest(user, task, role).setCapabilities(Capabilities.LARGE_FILES);
    }

    private static IMFilePullDataReq pullAt(String task, long offset, int length) {
        IMFilePullDataReq request = pull(task, (int) offset, length);
        return offset < FOUR_GIB
                ? request
                : request.toBuilder().setOffset64(offset).build();
    }

    private static IMFilePullDataRsp blockAt(String task, long offset, byte[] data) {
        IMFilePullDataRsp block = block(task, ALICE, (int) offset, ByteString.copyFrom(data));
        return offset < FOUR_GIB ? block : block.toBuilder().setOffset64(offset).build();
    }

    @Test
    void aRelayGoesOnBeyond4GiB() throws IOException {
        String task = server.online(SIZE);
        WireClient alice = server.login(capable(ALICE, task, CLIENT_REALTIME_SENDER), 0);
        WireClient bob = server.login(capable(BOB, task, CLIENT_REALTIME_RECVER), 0);
        bob.expect(Commands.FILE_STATE);

        long[] offsets = {0, FOUR_GIB + 10, FOUR_GIB, FOUR_GIB - 10, SIZE - 5};
        for (int seq = 0; seq < offsets.length; seq++) {
            bob.send(Commands.FILE_PULL_DATA_REQ, seq, pullAt(task, offsets[seq], 10));
            IMFilePullDataReq asked = alice.expect(Commands.FILE_PULL_DATA_REQ);
            assertThat(asked).isEqualTo(pullAt(task, offsets[seq], 10));
            byte[] data = new byte[(int) Math.min(10, SIZE - offsets[seq])];
            data[0] = (byte) seq;
            alice.send(Commands.FILE_PULL_DATA_RSP, 99, blockAt(task, offsets[seq], data));
            WireClient.Frame answer = bob.expectFrame(Commands.FILE_PULL_DATA_RSP);
            assertThat(answer.seq()).isEqualTo(seq);
            assertThat(answer.parse(Commands.FILE_PULL_DATA_RSP)).isEqualTo(blockAt(task, offsets[seq], data));
        }
    }

    @Test
    void aRelayReadsAheadBeyond4GiB() throws IOException {
        String task = server.online(SIZE);
        WireClient alice = server.login(capable(ALICE, task, CLIENT_REALTIME_SENDER), 0);
        WireClient bob = server.login(capable(BOB, task, CLIENT_REALTIME_RECVER), 0);
        bob.expect(Commands.FILE_STATE);

        for (int seq = 0; seq < 2; seq++) {
            long offset = FOUR_GIB - 20 + 10 * seq;
            bob.send(Commands.FILE_PULL_DATA_REQ, seq, pullAt(task, offset, 10));
            assertThat(alice.expect(Commands.FILE_PULL_DATA_REQ)).isEqualTo(pullAt(task, offset, 10));
            alice.send(Commands.FILE_PULL_DATA_RSP, 99, blockAt(task, offset, new byte[10]));
            bob.expect(Commands.FILE_PULL_DATA_RSP);
        }
        assertThat(alice.expect(Commands.FILE_PULL_DATA_REQ)).isEqualTo(pullAt(task, FOUR_GIB, 10));
        alice.send(Commands.FILE_PULL_DATA_RSP, 99, blockAt(task, FOUR_GIB, new byte[10]));
        bob.send(Commands.FILE_PULL_DATA_REQ, 2, pullAt(task, FOUR_GIB, 10));
        assertThat(bob.expect(Commands.FILE_PULL_DATA_RSP)).isEqualTo(blockAt(task, FOUR_GIB, new byte[10]));
    }

    /** Both offsets have the same lower 32 bits. */
    @Test
    void aBlockFrom4GiBFurtherDownIsNotWhatWasAskedFor() throws IOException {
        String task = server.online(SIZE);
        WireClient alice = server.login(capable(ALICE, task, CLIENT_REALTIME_SENDER), 0);
        WireClient bob = server.login(capable(BOB, task, CLIENT_REALTIME_RECVER), 0);
        bob.expect(Commands.FILE_STATE);
        bob.send(Commands.FILE_PULL_DATA_REQ, 1, pullAt(task, FOUR_GIB + 10, 10));
        alice.expect(Commands.FILE_PULL_DATA_REQ);

        alice.send(Commands.FILE_PULL_DATA_RSP, 1, blockAt(task, 10, new byte[10]));

        alice.expectClosed();
        assertThat(bob.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_CANCEL);
    }

    @Test
    void aPullPastTheEndOfALargeFileIsRefusedUnderItsOwnOffset() throws IOException {
        String task = server.online(SIZE);
        server.login(capable(ALICE, task, CLIENT_REALTIME_SENDER), 0);
        WireClient bob = server.login(capable(BOB, task, CLIENT_REALTIME_RECVER), 0);
        bob.expect(Commands.FILE_STATE);

        for (long offset : new long[] {SIZE, SIZE + FOUR_GIB, Long.MAX_VALUE}) {
            bob.send(Commands.FILE_PULL_DATA_REQ, 1, pullAt(task, offset, 10));
            IMFilePullDataRsp refused = bob.expect(Commands.FILE_PULL_DATA_RSP);
            assertThat(refused.getResultCode()).isNotZero();
            assertThat(refused.getOffset64()).isEqualTo(offset);
        }
    }

    @Test
    void anOldReceiverIsRefusedAndTheSenderIsToldAtOnce() throws IOException {
        String task = server.online(FOUR_GIB);
        WireClient alice = server.login(capable(ALICE, task, CLIENT_REALTIME_SENDER), 0);

        assertThat(server.refusal(loginRequest(BOB, task, CLIENT_REALTIME_RECVER)))
                .isEqualTo(TOO_LARGE);

        IMFileState told = alice.expect(Commands.FILE_STATE);
        assertThat(told.getState()).isEqualTo(ClientFileState.CLIENT_FILE_CANCEL);
        assertThat(told.getUserId()).isEqualTo(BOB);
        assertThat(told.getResultString()).isEqualTo(TOO_LARGE_FOR_THE_OTHER);
        alice.expectClosed();
    }

    @Test
    void anOldReceiverIsRefusedAndTheSenderIsToldWhenItComes() throws IOException {
        String task = server.online(FOUR_GIB);
        assertThat(server.refusal(loginRequest(BOB, task, CLIENT_REALTIME_RECVER)))
                .isEqualTo(TOO_LARGE);

        WireClient alice = server.login(capable(ALICE, task, CLIENT_REALTIME_SENDER), 0);

        assertThat(alice.expect(Commands.FILE_STATE).getResultString()).isEqualTo(TOO_LARGE_FOR_THE_OTHER);
        alice.expectClosed();
    }

    @Test
    void anOldUploaderIsRefusedAndMayComeBackWithAnotherProgram() throws IOException {
        String task = server.offline(FOUR_GIB);
        assertThat(server.refusal(loginRequest(ALICE, task, CLIENT_OFFLINE_UPLOAD)))
                .isEqualTo(TOO_LARGE);

        server.login(capable(ALICE, task, CLIENT_OFFLINE_UPLOAD), 0).expect(Commands.FILE_PULL_DATA_REQ);
    }

    @Test
    void aStrangerCannotEndATransferThatWay() throws IOException {
        String task = server.online(FOUR_GIB);
        WireClient alice = server.login(capable(ALICE, task, CLIENT_REALTIME_SENDER), 0);
        server.refusal(loginRequest(77, task, CLIENT_REALTIME_RECVER));
        server.refusal(loginRequest(ALICE, task, CLIENT_REALTIME_RECVER));

        server.login(capable(BOB, task, CLIENT_REALTIME_RECVER), 0).expect(Commands.FILE_STATE);
        alice.send(Commands.FILE_STATE, 1, FileServerFixture.state(task, ALICE, ClientFileState.CLIENT_FILE_CANCEL));
        alice.expectClosed();
    }

    /** Every byte goes through the store: 6 GiB are written and read. The source has holes, and marks where 32 bits end. */
    @Test
    @Tag("slow")
    void aStoredFileOf6GiBComesBackAsItWas() throws Exception {
        Path source = folder.resolve("source");
        long[] marks = {0, FOUR_GIB - 1, FOUR_GIB, FOUR_GIB + (32 << 10), SIZE - 1};
        try (FileChannel file = FileChannel.open(
                source, StandardOpenOption.CREATE_NEW, StandardOpenOption.SPARSE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < marks.length; i++) {
                file.write(ByteBuffer.wrap(new byte[] {(byte) (i + 1)}), marks[i]);
            }
        }
        byte[] sha256 = com.google.common.io.Files.asByteSource(source.toFile())
                .hash(Hashing.sha256())
                .asBytes();

        String task = server.offline(SIZE);
        upload(task, source);

        WireClient bob = server.connect();
        bob.send(
                Commands.FILE_LOGIN_REQ,
                1,
                loginRequest(BOB, task, CLIENT_OFFLINE_DOWNLOAD)
                        .setCapabilities(Capabilities.LARGE_FILES)
                        .build());
        assertThat(bob.expect(Commands.FILE_LOGIN_RES).getSha256().toByteArray())
                .isEqualTo(sha256);
        assertThat(download(bob, task)).isEqualTo(sha256);

        assertThat(server.refusal(loginRequest(BOB, task, CLIENT_OFFLINE_DOWNLOAD)))
                .isEqualTo(TOO_LARGE);
    }

    private void upload(String task, Path source) throws IOException {
        WireClient alice = server.login(capable(ALICE, task, CLIENT_OFFLINE_UPLOAD), 0);
        try (FileChannel file = FileChannel.open(source)) {
            WireClient.Frame next = alice.receive();
            while (next.commandId() == Commands.FILE_PULL_DATA_REQ.commandId()) {
                IMFilePullDataReq asked = next.parse(Commands.FILE_PULL_DATA_REQ);
                long offset = asked.hasOffset64() ? asked.getOffset64() : Integer.toUnsignedLong(asked.getOffset());
                ByteBuffer data = ByteBuffer.allocate(asked.getDataSize());
                file.read(data, offset);
                alice.send(Commands.FILE_PULL_DATA_RSP, next.seq(), blockAt(task, offset, data.array()));
                next = alice.receive();
            }
            assertThat(next.parse(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        }
    }

    /** Gives the checksum of what came. */
    private static byte[] download(WireClient bob, String task) throws IOException {
        Hasher received = Hashing.sha256().newHasher();
        int length = 256 << 10;
        for (long offset = 0; offset < SIZE; offset += length) {
            bob.send(Commands.FILE_PULL_DATA_REQ, 1, pullAt(task, offset, length));
            IMFilePullDataRsp block = bob.expect(Commands.FILE_PULL_DATA_RSP);
            long at = block.hasOffset64() ? block.getOffset64() : Integer.toUnsignedLong(block.getOffset());
            assertThat(at).isEqualTo(offset);
            received.putBytes(block.getFileData().asReadOnlyByteBuffer());
        }
        assertThat(bob.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        return received.hash().asBytes();
    }

    /** One byte less still fits into 32 bits. */
    @Test
    void oldClientsGetAsMuchAsTheyCanExpress() throws IOException {
        String task = server.online(FOUR_GIB - 1);
        server.sender(task);
        server.receiver(task).expect(Commands.FILE_STATE);
    }
}
