package im.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.proto.Capabilities;
import im.proto.Commands;
import im.proto.base.ClientFileState;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFilePullDataReq;
import im.proto.server.IMFileServerIPReq;
import im.proto.server.IMFileTransferReq;
import im.proto.server.IMFileTransferRsp;
import im.testkit.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file-server that is going to stop, and what is still under way. */
@Timeout(60)
class DrainIT {
    private static final byte[] CONTENT = "what alice has to tell bob".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    private FileServerFixture fixture;

    private void start(String... settings) throws IOException {
        fixture = new FileServerFixture(folder, settings);
        introduce(fixture.msgServer());
    }

    private static void introduce(WireClient msgServer) throws IOException {
        msgServer.send(
                Commands.OTHER_FILE_SERVER_IP_REQ,
                1,
                IMFileServerIPReq.newBuilder()
                        .setCapabilities(Capabilities.RECORDS_STORED_FILES)
                        .build());
        msgServer.expect(Commands.OTHER_FILE_SERVER_IP_RSP);
    }

    @AfterEach
    void stop() throws IOException {
        fixture.close();
    }

    @Test
    void anUploadThatIsUnderWayIsFinishedAndRecordedBeforeTheServerIsDrained() throws Exception {
        start();
        String task = fixture.offline(CONTENT.length);
        WireClient uploader = fixture.uploader(task);
        IMFilePullDataReq pull = uploader.expect(Commands.FILE_PULL_DATA_REQ);

        CompletableFuture<Void> drained = fixture.server().drain();
        fixture.msgServer().expect(Commands.OTHER_STOP_RECV_PACKET);
        assertThat(drained).isNotDone();

        uploader.send(
                Commands.FILE_PULL_DATA_RSP,
                0,
                FileServerFixture.block(task, FileServerFixture.ALICE, pull.getOffset(), ByteString.copyFrom(CONTENT)));
        IMFileAddOfflineReq stored = fixture.msgServer().expect(Commands.FILE_ADD_OFFLINE_REQ);
        assertThat(drained).isNotDone();
        fixture.msgServer()
                .send(
                        Commands.FILE_ADD_OFFLINE_REQ,
                        0,
                        stored.toBuilder().setResultCode(0).build());
        assertThat(uploader.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        uploader.close();

        drained.get(20, TimeUnit.SECONDS);
    }

    @Test
    void nothingNewIsTakenOnAndWhoConnectsNowIsToldToo() throws Exception {
        start();
        fixture.server().drain();
        fixture.msgServer().expect(Commands.OTHER_STOP_RECV_PACKET);

        IMFileTransferRsp refused = fixture.ask(IMFileTransferReq.newBuilder()
                .setFromUserId(FileServerFixture.ALICE)
                .setToUserId(FileServerFixture.BOB)
                .setFileName("notes.txt")
                .setFileSize(1)
                .setTransMode(TransferFileType.FILE_TYPE_OFFLINE));
        assertThat(refused.getResultCode()).isNotZero();
        assertThat(refused.getResultString()).isEqualTo("this file-server stops");

        WireClient another = fixture.connectMsgServer();
        introduce(another);
        another.expect(Commands.OTHER_STOP_RECV_PACKET);
    }

    @Test
    void whatTakesTooLongIsNotWaitedFor() throws Exception {
        start("drain-timeout=1ms");
        fixture.uploader(fixture.offline(CONTENT.length));

        fixture.server().drain().get(20, TimeUnit.SECONDS);
    }

    @Test
    void aServerThatHasNothingToDoIsDrainedAtOnce() throws Exception {
        start("drain-timeout=1h");

        fixture.server().drain().get(20, TimeUnit.SECONDS);
    }
}
