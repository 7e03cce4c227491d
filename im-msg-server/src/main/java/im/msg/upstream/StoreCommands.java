package im.msg.upstream;

import com.google.common.base.Throwables;
import com.google.common.hash.HashCode;
import im.msg.domain.OfflineFile;
import im.msg.domain.OfflineFiles.Ended;
import im.msg.domain.OfflineFiles.Fate;
import im.msg.domain.RecordRefused;
import im.msg.domain.StoredFiles;
import im.msg.domain.TaskId;
import im.msg.domain.UserId;
import im.msg.wire.FileMessages;
import im.netlib.Connection;
import im.netlib.LargeFiles;
import im.proto.Commands;
import im.proto.RecordResult;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What file-servers say of their stores, and what they ask. Each is answered, and repeated by its file-server where that helps. */
public final class StoreCommands {
    private static final Logger log = LoggerFactory.getLogger(StoreCommands.class);

    private final StoredFiles files;

    public StoreCommands(StoredFiles files) {
        this.files = files;
    }

    /** @param serverId of the file-server */
    void onStored(Connection link, String serverId, IMFileAddOfflineReq request, int seq) {
        OfflineFile file;
        try {
            file = new OfflineFile(
                    new TaskId(request.getTaskId()),
                    new UserId(request.getFromUserId()),
                    new UserId(request.getToUserId()),
                    request.getFileName(),
                    LargeFiles.size(request.getFileSize(), request.hasFileSize64(), request.getFileSize64()),
                    Optional.of(serverId),
                    request.hasExpiresAt()
                            ? Optional.of(Instant.ofEpochSecond(request.getExpiresAt()))
                            : Optional.empty(),
                    request.hasSha256()
                            ? Optional.of(HashCode.fromBytes(request.getSha256().toByteArray()))
                            : Optional.empty(),
                    FileMessages.group(request.getGroupId()));
        } catch (IllegalArgumentException | DateTimeException e) {
            log.warn("file-server {}: what it has stored cannot be recorded: {}", serverId, e.getMessage());
            answer(link, request, seq, RecordResult.REFUSED);
            return;
        }
        files.stored(file).whenComplete((fate, failure) -> answer(link, request, seq, result(fate, failure)));
    }

    private static void answer(Connection link, IMFileAddOfflineReq request, int seq, RecordResult result) {
        link.send(
                Commands.FILE_ADD_OFFLINE_REQ,
                seq,
                request.toBuilder().setResultCode(result.code()).build());
    }

    void onExpired(Connection link, IMFileDelOfflineReq request, int seq) {
        CompletableFuture<Fate> deleted = TaskId.parse(request.getTaskId())
                .map(task ->
                        files.expired(task, new UserId(request.getFromUserId()), new UserId(request.getToUserId())))
                .orElseGet(() -> CompletableFuture.failedFuture(new RecordRefused("not a task id")));
        deleted.whenComplete((fate, failure) -> link.send(
                Commands.FILE_DEL_OFFLINE_REQ,
                seq,
                request.toBuilder()
                        .setResultCode((failure == null ? RecordResult.DONE : result(failure)).code())
                        .build()));
    }

    private static RecordResult result(Fate fate, Throwable failure) {
        if (failure != null) {
            return result(failure);
        }
        return fate == Fate.GONE ? RecordResult.GONE : RecordResult.DONE;
    }

    private static RecordResult result(Throwable failure) {
        return Throwables.getRootCause(failure) instanceof RecordRefused ? RecordResult.REFUSED : RecordResult.NOT_NOW;
    }

    /** Of one user: may he download that file? Of none: what became of these? */
    void onAsked(Connection link, IMFileHasOfflineReq request, int seq) {
        if (request.getUserId() == 0) {
            answerFates(link, request, seq);
        } else {
            answerReceiver(link, request, seq);
        }
    }

    private void answerReceiver(Connection link, IMFileHasOfflineReq request, int seq) {
        CompletableFuture<Boolean> waits = TaskId.parse(
                        request.getTaskIdListCount() == 1 ? request.getTaskIdList(0) : "")
                .map(task -> files.waitsFor(task, new UserId(request.getUserId())))
                .orElseGet(() -> CompletableFuture.failedFuture(new RecordRefused("not one task id")));
        waits.whenComplete((itDoes, failure) -> {
            IMFileHasOfflineRsp.Builder answer = answerTo(request, failure);
            if (failure == null && itDoes) {
                answer.addWaitingTaskIdList(request.getTaskIdList(0));
            }
            link.send(Commands.FILE_HAS_OFFLINE_RES, seq, answer.build());
        });
    }

    private static IMFileHasOfflineRsp.Builder answerTo(IMFileHasOfflineReq request, Throwable failure) {
        RecordResult result = failure == null ? RecordResult.DONE : result(failure);
        return IMFileHasOfflineRsp.newBuilder()
                .setUserId(request.getUserId())
                .setAttachData(request.getAttachData())
                .setResultCode(result.code());
    }

    private void answerFates(Connection link, IMFileHasOfflineReq request, int seq) {
        List<TaskId> asked = request.getTaskIdListList().stream()
                .flatMap(text -> TaskId.parse(text).stream())
                .toList();
        files.endedAmong(asked).whenComplete((ended, failure) -> {
            IMFileHasOfflineRsp.Builder answer = answerTo(request, failure);
            if (failure == null) {
                addTo(answer, ended);
            }
            link.send(Commands.FILE_HAS_OFFLINE_RES, seq, answer.build());
        });
    }

    private static void addTo(IMFileHasOfflineRsp.Builder answer, Ended ended) {
        answer.addAllGoneTaskIdList(texts(ended.gone())).addAllUnknownTaskIdList(texts(ended.unknown()));
    }

    private static List<String> texts(Set<TaskId> tasks) {
        return tasks.stream().map(TaskId::text).toList();
    }
}
