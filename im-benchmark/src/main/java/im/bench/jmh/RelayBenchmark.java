package im.bench.jmh;

import com.google.protobuf.ByteString;
import im.file.FileServer;
import im.file.FileServerConfig;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileLoginReq;
import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFilePullDataRsp;
import im.proto.server.IMFileTransferReq;
import im.proto.server.IMFileTransferRsp;
import im.server.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One block of 32 KiB through the relay of a whole file-server: a pull one way, the block the other. */
@State(Scope.Thread)
public class RelayBenchmark {
    private static final int SENDER = 1;
    private static final int RECEIVER = 2;
    private static final int LENGTH = 32 << 10;

    private FileServer server;
    private BlockingEnd sender;
    private BlockingEnd receiver;
    private ByteBuffer pull;
    private ByteBuffer block;

    @Setup
    public void setUp() throws IOException {
        Path folder = Files.createTempDirectory("im-bench-jmh-");
        server = FileServer.start(FileServerConfig.read(Settings.load(
                        Optional.empty(),
                        Map.of(
                                "file-server.client.host", "127.0.0.1",
                                "file-server.client.port", "0",
                                "file-server.internal.port", "0",
                                "file-server.store.folder", folder.toString()))
                .at("file-server")));
        folder.toFile().deleteOnExit();
        String task = createTask();
        sender = join(task, SENDER, ClientFileRole.CLIENT_REALTIME_SENDER);
        receiver = join(task, RECEIVER, ClientFileRole.CLIENT_REALTIME_RECVER);
        receiver.receive();
        pull = BlockingEnd.frame(
                Commands.FILE_PULL_DATA_REQ,
                IMFilePullDataReq.newBuilder()
                        .setTaskId(task)
                        .setUserId(RECEIVER)
                        .setTransMode(TransferFileType.FILE_TYPE_ONLINE)
                        .setOffset(0)
                        .setDataSize(LENGTH)
                        .build());
        block = BlockingEnd.frame(
                Commands.FILE_PULL_DATA_RSP,
                IMFilePullDataRsp.newBuilder()
                        .setResultCode(0)
                        .setTaskId(task)
                        .setUserId(SENDER)
                        .setOffset(0)
                        .setFileData(ByteString.copyFrom(new byte[LENGTH]))
                        .build());
    }

    private String createTask() throws IOException {
        IMFileTransferReq request = IMFileTransferReq.newBuilder()
                .setFromUserId(SENDER)
                .setToUserId(RECEIVER)
                .setFileName("benchmark")
                .setFileSize(2 * LENGTH)
                .setTransMode(TransferFileType.FILE_TYPE_ONLINE)
                .build();
        InetSocketAddress internal = server.internalAddresses().get(0);
        try (BlockingEnd link = new BlockingEnd(internal)) {
            link.send(BlockingEnd.frame(Commands.OTHER_FILE_TRANSFER_REQ, request));
            return IMFileTransferRsp.parseFrom(link.receive()).getTaskId();
        }
    }

    private BlockingEnd join(String task, int user, ClientFileRole role) throws IOException {
        BlockingEnd end = new BlockingEnd(server.clientAddresses().get(0));
        end.send(BlockingEnd.frame(
                Commands.FILE_LOGIN_REQ,
                IMFileLoginReq.newBuilder()
                        .setTaskId(task)
                        .setUserId(user)
                        .setFileRole(role)
                        .build()));
        end.receive();
        return end;
    }

    @Benchmark
    public int relay() throws IOException {
        receiver.send(pull);
        sender.receive();
        sender.send(block);
        return receiver.receive().remaining();
    }

    @TearDown
    public void tearDown() throws IOException {
        sender.close();
        receiver.close();
        server.close();
    }
}
