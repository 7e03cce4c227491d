package im.file;

import static im.file.FileServerFixture.ALICE;
import static im.file.FileServerFixture.BOB;
import static im.file.FileServerFixture.block;
import static im.file.FileServerFixture.pull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.file.s3.S3Server;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFilePullDataRsp;
import im.proto.file.IMFileState;
import im.proto.server.IMFileServerIPReq;
import im.proto.server.IMFileServerIPRsp;
import im.testkit.FaultProxy;
import im.testkit.WireClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two file-servers that share nothing but a bucket. */
@Timeout(120)
class S3FileServerIT {
    private static final int SIZE = 20_000_000;
    private static final int BLOCK = 32 << 10;
    private static final byte[] CONTENT = new byte[SIZE];

    static {
        new Random(1).nextBytes(CONTENT);
    }

    @TempDir
    Path folder;

    private S3Server s3;
    private FaultProxy network;
    private FileServerFixture one;
    private FileServerFixture other;

    @BeforeEach
    void start() throws IOException {
        s3 = new S3Server(folder.resolve("s3"));
        network = FaultProxy.to(s3.address());
        one = new FileServerFixture(folder.resolve("one"), s3.serverSettings(network.address()));
        other = new FileServerFixture(folder.resolve("other"), s3.serverSettings(network.address()));
    }

    @AfterEach
    void stop() throws IOException {
        network.heal();
        one.close();
        other.close();
        network.close();
        s3.close();
    }

    private static IMFileServerIPRsp introduced(FileServerFixture server) throws IOException {
        server.msgServer().send(Commands.OTHER_FILE_SERVER_IP_REQ, 5, IMFileServerIPReq.getDefaultInstance());
        return server.msgServer().expect(Commands.OTHER_FILE_SERVER_IP_RSP);
    }

    private static byte[] download(FileServerFixture from, String task, int offset, int length) throws IOException {
        WireClient bob = from.downloader(task);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (all.size() < length) {
            bob.send(Commands.FILE_PULL_DATA_REQ, 0, pull(task, offset + all.size(), BLOCK));
            IMFilePullDataRsp block = bob.expect(Commands.FILE_PULL_DATA_RSP);
            assertThat(block.getResultCode()).isZero();
            block.getFileData().writeTo(all);
        }
        if (offset + length == SIZE) {
            assertThat(bob.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        }
        bob.close();
        return all.toByteArray();
    }

    @Test
    void whatOneStoresTheOtherServesFromAnyOffset() throws Exception {
        String task = one.stored(CONTENT);
        assertThat(introduced(other).getServerId()).isEqualTo(introduced(one).getServerId());
        assertThat(introduced(other).getTokenKey()).isEqualTo(introduced(one).getTokenKey());
        int half = SIZE / 2 + 12_345;
        byte[] begin = download(other, task, 0, half);
        assertThat(begin).startsWith(Arrays.copyOf(CONTENT, half));
        assertThat(download(other, task, half, SIZE - half)).isEqualTo(Arrays.copyOfRange(CONTENT, half, SIZE));
        assertThat(download(one, task, 0, SIZE)).isEqualTo(CONTENT);
    }

    @Test
    void aFileSurvivesTheServerThatTookItAndItsDisk() throws Exception {
        String task = one.stored(CONTENT);
        one.close();
        one = new FileServerFixture(folder.resolve("new"), s3.serverSettings(network.address()));
        assertThat(download(one, task, 0, SIZE)).isEqualTo(CONTENT);
    }

    @Test
    void withoutItsBucketAnUploadIsNotDoneButGoesOnWhenTheBucketIsBack() throws Exception {
        network.cut();
        String first = one.offline(SIZE);
        IMFileState end = one.uploaded(first, CONTENT).expect(Commands.FILE_STATE);
        assertThat(end.getState()).isEqualTo(ClientFileState.CLIENT_FILE_CANCEL);
        assertThat(end.getResultString()).isEqualTo("the server cannot store it");
        network.heal();
        one.login(BOB, first, ClientFileRole.CLIENT_OFFLINE_DOWNLOAD, 1);
        String second = one.offline(SIZE);
        WireClient alice = one.uploader(second);
        IMFilePullDataReq last = alice.expect(Commands.FILE_PULL_DATA_REQ);
        assertThat(last.getOffset() + last.getDataSize())
                .as("only the last block is sent again")
                .isEqualTo(SIZE);
        alice.send(
                Commands.FILE_PULL_DATA_RSP,
                0,
                block(
                        second,
                        ALICE,
                        last.getOffset(),
                        ByteString.copyFrom(CONTENT, last.getOffset(), last.getDataSize())));
        assertThat(alice.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        alice.expectClosed();
        assertThat(download(other, second, 0, SIZE)).isEqualTo(CONTENT);
    }

    @Test
    void aDownloadEndsWithAReasonWhenTheBucketIsAway() throws Exception {
        String task = one.stored(CONTENT);
        WireClient bob = other.downloader(task);
        network.cut();
        bob.send(Commands.FILE_PULL_DATA_REQ, 0, pull(task, 0, BLOCK));
        IMFileState end = bob.expect(Commands.FILE_STATE);
        assertThat(end.getState()).isEqualTo(ClientFileState.CLIENT_FILE_CANCEL);
        bob.expectClosed();
        network.heal();
        assertThat(download(other, task, 0, BLOCK)).startsWith(Arrays.copyOf(CONTENT, BLOCK));
    }
}
