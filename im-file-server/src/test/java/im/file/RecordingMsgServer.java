package im.file;

import static im.file.FileServerFixture.ALICE;
import static im.file.FileServerFixture.BOB;

import im.proto.Capabilities;
import im.proto.Commands;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.server.IMFileServerIPReq;
import im.proto.server.IMFileTransferReq;
import im.proto.server.IMFileTransferRsp;
import im.testkit.WireClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A msg-server on one link, with a database of its own that takes everything. It ends when the file-server does, and whoever waits for it
 * hears of that. Thread-safe.
 */
final class RecordingMsgServer {
    private final WireClient link;
    private final Consumer<IMFileAddOfflineReq> database;
    private final AtomicInteger lastSeq = new AtomicInteger();
    private final Map<Integer, CompletableFuture<IMFileTransferRsp>> asked = new ConcurrentHashMap<>();
    private volatile boolean ended;

    private RecordingMsgServer(WireClient link, Consumer<IMFileAddOfflineReq> database) {
        this.link = link;
        this.database = database;
    }

    /** @param database hears of each file before the file-server gets its answer; called on one thread */
    static RecordingMsgServer connect(InetSocketAddress fileServer, Consumer<IMFileAddOfflineReq> database)
            throws IOException {
        WireClient link = WireClient.connect(fileServer);
        link.send(
                Commands.OTHER_FILE_SERVER_IP_REQ,
                0,
                IMFileServerIPReq.newBuilder()
                        .setCapabilities(Capabilities.RECORDS_STORED_FILES)
                        .build());
        link.expect(Commands.OTHER_FILE_SERVER_IP_RSP);
        RecordingMsgServer msgServer = new RecordingMsgServer(link, database);
        Thread reader = new Thread(msgServer::read, "msg-server");
        reader.setDaemon(true);
        reader.start();
        return msgServer;
    }

    /** The id of a new task for a file that is to be stored. Completes exceptionally when the link has ended. */
    CompletableFuture<String> offline(String name, long size) {
        CompletableFuture<IMFileTransferRsp> answer = new CompletableFuture<>();
        int seq = lastSeq.updateAndGet(last -> last % 0x7fff + 1);
        asked.put(seq, answer);
        try {
            send(seq, name, size);
        } catch (IOException e) {
            answer.completeExceptionally(e);
        }
        if (ended) {
            answer.completeExceptionally(new IOException("the link has ended"));
        }
        return answer.thenApply(IMFileTransferRsp::getTaskId);
    }

    private synchronized void send(int seq, String name, long size) throws IOException {
        IMFileTransferReq request = IMFileTransferReq.newBuilder()
                .setFromUserId(ALICE)
                .setToUserId(BOB)
                .setFileName(name)
                .setFileSize((int) size)
                .setTransMode(TransferFileType.FILE_TYPE_OFFLINE)
                .build();
        link.send(Commands.OTHER_FILE_TRANSFER_REQ, seq, request);
    }

    private synchronized void answer(IMFileAddOfflineReq stored) throws IOException {
        link.send(
                Commands.FILE_ADD_OFFLINE_REQ,
                0,
                stored.toBuilder().setResultCode(0).build());
    }

    private void read() {
        try {
            while (true) {
                WireClient.Frame frame = link.receive();
                if (frame.commandId() == Commands.OTHER_FILE_TRANSFER_RSP.commandId()) {
                    asked.remove(frame.seq()).complete(frame.parse(Commands.OTHER_FILE_TRANSFER_RSP));
                } else if (frame.commandId() == Commands.FILE_ADD_OFFLINE_REQ.commandId()) {
                    IMFileAddOfflineReq stored = frame.parse(Commands.FILE_ADD_OFFLINE_REQ);
                    database.accept(stored);
                    answer(stored);
                }
            }
        } catch (IOException | AssertionError e) {
            ended = true;
            asked.values().forEach(answer -> answer.completeExceptionally(new IOException("the link has ended", e)));
        }
    }
}
