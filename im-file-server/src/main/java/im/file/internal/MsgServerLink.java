package im.file.internal;

import com.google.common.hash.HashCode;
import com.google.protobuf.ByteString;
import im.file.records.Recorder;
import im.file.transfer.CommittedFile;
import im.file.transfer.FileTask;
import im.file.transfer.TaskId;
import im.netlib.Connection;
import im.netlib.LargeFiles;
import im.netlib.LinkLostException;
import im.netlib.RequestCorrelator;
import im.netlib.Session;
import im.proto.Commands;
import im.proto.RecordResult;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of one msg-server. As a {@link Recorder} it may be asked from any thread, but only if the msg-server has said that
 * it answers; the rest belongs to the event loop of the shard.
 */
final class MsgServerLink implements Session, Recorder {
    private static final Logger log = LoggerFactory.getLogger(MsgServerLink.class);
    private static final int MAX_PENDING = 1000;

    private final Connection connection;
    private final UUID storeId;
    private final Consumer<MsgServerLink> onClosed;
    private final RequestCorrelator correlator;
    private boolean records;
    private boolean closed;

    /**
     * @param storeId of the store that has the files
     * @param answerTimeout how long the msg-server may take to record something
     * @param onClosed told once
     */
    MsgServerLink(Connection connection, UUID storeId, Duration answerTimeout, Consumer<MsgServerLink> onClosed) {
        this.connection = connection;
        this.storeId = storeId;
        this.onClosed = onClosed;
        this.correlator = new RequestCorrelator(connection.loop(), answerTimeout, MAX_PENDING);
        log.info("{} connected", this);
    }

    Connection connection() {
        return connection;
    }

    /** Whether the msg-server records what it is told. */
    boolean records() {
        return records;
    }

    void records(boolean itDoes) {
        records = itDoes;
    }

    @Override
    public CompletableFuture<Answer> stored(CommittedFile file) {
        FileTask task = file.task();
        IMFileAddOfflineReq.Builder request = IMFileAddOfflineReq.newBuilder()
                .setFromUserId((int) task.from())
                .setToUserId((int) task.to())
                .setTaskId(task.id().text())
                .setFileName(task.name())
                .setFileServerId(storeId.toString())
                .setExpiresAt(file.expiresAt().getEpochSecond())
                .setSha256(bytes(file.sha256()));
        LargeFiles.putSize(task.size(), request::setFileSize, request::setFileSize64);
        if (task.isForGroup()) {
            request.setGroupId((int) task.group());
        }
        return ask(
                        IMFileAddOfflineReq.class,
                        (link, token) -> link.send(
                                Commands.FILE_ADD_OFFLINE_REQ,
                                request.setAttachData(token).build()))
                .thenCompose(answer -> answerOf(result(answer.hasResultCode(), answer.getResultCode())));
    }

    private static ByteString bytes(HashCode hash) {
        return ByteString.copyFrom(hash.asBytes());
    }

    /** What does not say how it went has not understood the question. */
    private static RecordResult result(boolean hasCode, int code) {
        return hasCode ? RecordResult.of(code) : RecordResult.NOT_NOW;
    }

    private static CompletableFuture<Answer> answerOf(RecordResult result) {
        return switch (result) {
            case DONE -> CompletableFuture.completedFuture(Answer.RECORDED);
            case GONE -> CompletableFuture.completedFuture(Answer.GONE);
            case REFUSED -> CompletableFuture.completedFuture(Answer.REFUSED);
            case NOT_NOW -> notNow();
        };
    }

    private static <T> CompletableFuture<T> notNow() {
        return CompletableFuture.failedFuture(new NotNow("it has no database"));
    }

    @Override
    public CompletableFuture<Void> expired(CommittedFile file) {
        IMFileDelOfflineReq.Builder request = IMFileDelOfflineReq.newBuilder()
                .setFromUserId((int) file.task().from())
                .setToUserId((int) file.task().to())
                .setTaskId(file.task().id().text());
        return ask(
                        IMFileDelOfflineReq.class,
                        (link, token) -> link.send(
                                Commands.FILE_DEL_OFFLINE_REQ,
                                request.setAttachData(token).build()))
                // What a database refuses to delete it cannot have.
                .thenCompose(answer -> result(answer.hasResultCode(), answer.getResultCode()) == RecordResult.NOT_NOW
                        ? notNow()
                        : CompletableFuture.completedFuture(null));
    }

    @Override
    public CompletableFuture<Ended> endedAmong(List<TaskId> asked) {
        return askAbout(0, asked)
                .thenApply(answer ->
                        new Ended(tasks(answer.getGoneTaskIdListList()), tasks(answer.getUnknownTaskIdListList())));
    }

    @Override
    public CompletableFuture<Boolean> waitsFor(TaskId file, long user) {
        return askAbout((int) user, List.of(file))
                .thenApply(answer -> answer.getWaitingTaskIdListList().contains(file.text()));
    }

    private CompletableFuture<IMFileHasOfflineRsp> askAbout(int user, List<TaskId> files) {
        return ask(
                        IMFileHasOfflineRsp.class,
                        (link, token) -> link.send(
                                Commands.FILE_HAS_OFFLINE_REQ,
                                IMFileHasOfflineReq.newBuilder()
                                        .setUserId(user)
                                        .addAllTaskIdList(
                                                files.stream().map(TaskId::text).toList())
                                        .setAttachData(token)
                                        .build()))
                .thenCompose(answer -> result(answer.hasResultCode(), answer.getResultCode()) == RecordResult.DONE
                        ? CompletableFuture.completedFuture(answer)
                        : notNow());
    }

    private static Set<TaskId> tasks(List<String> texts) {
        return texts.stream().flatMap(text -> TaskId.parse(text).stream()).collect(Collectors.toUnmodifiableSet());
    }

    private <R> CompletableFuture<R> ask(Class<R> answerType, BiConsumer<Connection, ByteString> send) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        // On the loop, so that the link cannot be lost between the look at it and the question.
        connection.loop().execute(() -> {
            CompletableFuture<R> asked = closed
                    ? CompletableFuture.failedFuture(new LinkLostException("it is gone"))
                    : correlator.call(answerType, token -> send.accept(connection, token));
            asked.whenComplete((result, failure) -> {
                if (failure == null) {
                    answer.complete(result);
                } else {
                    answer.completeExceptionally(failure);
                }
            });
        });
        return answer;
    }

    void answered(ByteString token, Object answer) {
        correlator.complete(token, answer);
    }

    @Override
    public void onClosed() {
        closed = true;
        log.info("{} is gone", this);
        onClosed.accept(this);
        correlator.failAll("it is gone");
    }

    @Override
    public String toString() {
        return "msg-server " + connection.remoteAddress();
    }
}
