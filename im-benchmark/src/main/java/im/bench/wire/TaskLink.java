package im.bench.wire;

import com.google.common.net.HostAndPort;
import im.netlib.Connection;
import im.netlib.ConnectionSettings;
import im.netlib.Limits;
import im.netlib.PduClient;
import im.netlib.RequestCorrelator;
import im.netlib.Router;
import im.netlib.Session;
import im.proto.Commands;
import im.proto.base.IpAddr;
import im.proto.base.TransferFileType;
import im.proto.server.IMFileServerIPReq;
import im.proto.server.IMFileServerIPRsp;
import im.proto.server.IMFileTransferReq;
import im.proto.server.IMFileTransferRsp;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A link to the port that a file-server has for msg-servers, which makes tasks without a msg-server. On the event loop. */
public final class TaskLink implements Session, AutoCloseable {
    /** A disk that others keep busy too may take many seconds to force a file, and a new task waits for its turn behind that. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Limits LIMITS = new Limits(512 << 10, Duration.ZERO);
    private static final int MAX_PENDING = 10_000;

    private final Connection connection;
    private final RequestCorrelator requests;
    private final CompletableFuture<TaskLink> ready;
    private InetSocketAddress clients;
    private long files;

    private TaskLink(Connection connection, CompletableFuture<TaskLink> ready) {
        this.connection = connection;
        this.requests = new RequestCorrelator(connection.loop(), PATIENCE, MAX_PENDING);
        this.ready = ready;
    }

    /** Connects and asks where clients have to go. */
    public static CompletableFuture<TaskLink> connect(HostAndPort internal, EventLoop loop) {
        CompletableFuture<TaskLink> ready = new CompletableFuture<>();
        Router<TaskLink> answers = Router.<TaskLink>forRole("file-server")
                .on(Commands.OTHER_FILE_SERVER_IP_RSP, TaskLink::onAddresses)
                .on(Commands.OTHER_FILE_TRANSFER_RSP, TaskLink::onTask)
                .ignore(Commands.FILE_ADD_OFFLINE_REQ, Commands.FILE_DEL_OFFLINE_REQ, Commands.FILE_HAS_OFFLINE_REQ)
                .build();
        PduClient.connect(
                internal,
                loop,
                PATIENCE,
                ConnectionSettings.forLinks(Duration.ofSeconds(5)),
                connection -> {
                    connection.become(answers, new TaskLink(connection, ready), LIMITS);
                    connection.send(Commands.OTHER_FILE_SERVER_IP_REQ, IMFileServerIPReq.getDefaultInstance());
                },
                failure -> ready.completeExceptionally(
                        new IOException("no file-server at " + internal + ": " + failure.getMessage())));
        return ready;
    }

    private void onAddresses(IMFileServerIPRsp answer, int seq) {
        IpAddr address = answer.getIpAddrList(0);
        clients = new InetSocketAddress(address.getIp(), address.getPort());
        ready.complete(this);
    }

    private void onTask(IMFileTransferRsp answer, int seq) {
        requests.complete(answer.getAttachData(), answer);
    }

    /** A new task for a file that no other task has. */
    CompletableFuture<FileTask> create(TransferFileType mode, long size) {
        Content content = Content.ofFile(files++);
        return requests.call(
                        IMFileTransferRsp.class,
                        token -> connection.send(
                                Commands.OTHER_FILE_TRANSFER_REQ,
                                IMFileTransferReq.newBuilder()
                                        .setFromUserId(FileTask.SENDER)
                                        .setToUserId(FileTask.RECEIVER)
                                        .setFileName("load")
                                        .setFileSize((int) size)
                                        .setTransMode(mode)
                                        .setAttachData(token)
                                        .build()))
                .thenCompose(answer -> answer.getResultCode() == 0
                        ? CompletableFuture.completedFuture(new FileTask(answer.getTaskId(), clients, size, content))
                        : CompletableFuture.failedFuture(new IOException("no task: result " + answer.getResultCode())));
    }

    @Override
    public void onClosed() {
        requests.failAll("the link to the file-server is gone");
        ready.completeExceptionally(new IOException("the file-server closed the link"));
    }

    @Override
    public void close() {
        connection.close("the load is over");
    }
}
