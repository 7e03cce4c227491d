package im.db.link;

import com.google.common.hash.HashCode;
import com.google.protobuf.ByteString;
import im.db.domain.GroupId;
import im.db.domain.OfflineFile;
import im.db.domain.OfflineFiles;
import im.db.domain.OfflineFiles.Fate;
import im.db.domain.TaskId;
import im.db.domain.UserId;
import im.netlib.LargeFiles;
import im.proto.Commands;
import im.proto.base.OfflineFileInfo;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which files wait for whom. The user ids are those of the session that the msg-server vouches for. Adding and deleting are
 * answered only if the request has {@code attach_data}: msg-servers that are not ours expect no answer. All of them are put
 * in the order of the receiver's requests, so that a list holds what was reported before it was asked for.
 */
public final class OfflineFileCommands {
    private static final Logger log = LoggerFactory.getLogger(OfflineFileCommands.class);
    /** Tasks that one question may be about. */
    private static final int MAX_ASKED = 1000;

    private final StorageCalls storage;
    private final OfflineFiles files;
    private final int listLimit;

    /** @param listLimit how many files an answer holds at most; it holds fewer if their frame would become too long */
    public OfflineFileCommands(StorageCalls storage, OfflineFiles files, int listLimit) {
        this.storage = storage;
        this.files = files;
        this.listLimit = listLimit;
    }

    public void onHasOffline(MsgServerLink link, IMFileHasOfflineReq request, int seq) {
        if (request.getTaskIdListCount() > 0) {
            answerAboutFiles(link, request, seq);
        } else {
            answerWaiting(link, request, seq);
        }
    }

    /**
     * What became of files that a file-server has, or whether they wait for a user who wants to download them. A question whose answer
     * would not be complete is not answered in part.
     */
    private void answerAboutFiles(MsgServerLink link, IMFileHasOfflineReq request, int seq) {
        storage.run(
                link,
                "what became of " + request.getTaskIdListCount() + " files",
                link,
                () -> aboutFiles(link, request),
                answer -> link.send(Commands.FILE_HAS_OFFLINE_RES, seq, answer),
                () -> link.send(
                        Commands.FILE_HAS_OFFLINE_RES,
                        seq,
                        answerTo(request).setResultCode(ResultCode.NO_DATABASE).build()));
    }

    private IMFileHasOfflineRsp aboutFiles(MsgServerLink link, IMFileHasOfflineReq request) {
        IMFileHasOfflineRsp.Builder answer = answerTo(request);
        List<TaskId> tasks;
        try {
            tasks = request.getTaskIdListList().stream().map(TaskId::new).toList();
        } catch (IllegalArgumentException e) {
            log.warn("{}: refused to say what became of files: {}", link, e.getMessage());
            return answer.setResultCode(ResultCode.REFUSED).build();
        }
        if (tasks.size() > MAX_ASKED) {
            log.warn("{}: refused to say what became of {} files at a time", link, tasks.size());
            return answer.setResultCode(ResultCode.REFUSED).build();
        }
        if (request.getUserId() == 0) {
            addFates(tasks, answer);
        } else {
            UserId user = UserId.ofUnsigned(request.getUserId());
            tasks.stream()
                    .filter(task -> files.waitsFor(task, user))
                    .forEach(task -> answer.addWaitingTaskIdList(task.value()));
        }
        return answer.setResultCode(ResultCode.OK).build();
    }

    private void addFates(List<TaskId> tasks, IMFileHasOfflineRsp.Builder answer) {
        Map<TaskId, Fate> fates = files.fatesOf(tasks);
        for (TaskId task : tasks) {
            Fate fate = fates.get(task);
            if (fate == null) {
                answer.addUnknownTaskIdList(task.value());
            } else if (fate == Fate.GONE) {
                answer.addGoneTaskIdList(task.value());
            }
        }
    }

    /** No answer when the storage fails: the protocol has no way to say so, and an empty list would be a lie. */
    private void answerWaiting(MsgServerLink link, IMFileHasOfflineReq request, int seq) {
        String user = Integer.toUnsignedString(request.getUserId());
        storage.run(
                link,
                "list of files for " + user,
                user,
                () -> request.getUserId() == 0
                        ? List.<OfflineFile>of()
                        : files.waitingFor(UserId.ofUnsigned(request.getUserId()), listLimit),
                waiting -> link.send(
                        Commands.FILE_HAS_OFFLINE_RES,
                        seq,
                        answerTo(request)
                                .addAllOfflineFileList(FrameBudget.firstThatFit(waiting.stream()
                                        .map(OfflineFileCommands::info)
                                        .toList()))
                                .build()),
                () -> {});
    }

    private static IMFileHasOfflineRsp.Builder answerTo(IMFileHasOfflineReq request) {
        IMFileHasOfflineRsp.Builder answer = IMFileHasOfflineRsp.newBuilder().setUserId(request.getUserId());
        if (request.hasAttachData()) {
            answer.setAttachData(request.getAttachData());
        }
        return answer;
    }

    private static OfflineFileInfo info(OfflineFile file) {
        OfflineFileInfo.Builder info = OfflineFileInfo.newBuilder()
                .setFromUserId(file.from().unsigned())
                .setTaskId(file.taskId().value())
                .setFileName(file.fileName());
        LargeFiles.putSize(file.size(), info::setFileSize, info::setFileSize64);
        file.fileServerId().ifPresent(info::setFileServerId);
        file.expires().map(Instant::getEpochSecond).ifPresent(info::setExpiresAt);
        file.sha256().map(HashCode::asBytes).map(ByteString::copyFrom).ifPresent(info::setSha256);
        file.group().map(GroupId::unsigned).ifPresent(info::setGroupId);
        return info.build();
    }

    public void onAddOffline(MsgServerLink link, IMFileAddOfflineReq request, int seq) {
        String to = request.getGroupId() == 0
                ? Integer.toUnsignedString(request.getToUserId())
                : "group " + Integer.toUnsignedString(request.getGroupId());
        storage.run(
                link,
                "record of file " + TaskId.beginningOf(request.getTaskId()) + " for " + to,
                to,
                () -> add(link, request),
                result -> answer(link, request, seq, result),
                () -> answer(link, request, seq, ResultCode.NO_DATABASE));
    }

    private int add(MsgServerLink link, IMFileAddOfflineReq request) {
        OfflineFile file;
        try {
            file = file(request);
        } catch (IllegalArgumentException | DateTimeException e) {
            log.warn("{}: refused to record a file: {}", link, e.getMessage());
            return ResultCode.REFUSED;
        }
        return switch (files.add(file)) {
            case RECORDED -> {
                log.info("{}: task {} from {} waits for {}", link, file.taskId(), file.from(), file.receiver());
                yield ResultCode.OK;
            }
            case GONE -> {
                log.info("{}: task {} was deleted already", link, file.taskId());
                yield ResultCode.GONE;
            }
            case REFUSED -> {
                log.warn(
                        "{}: refused to record {} of {}: the id is another transfer's",
                        link,
                        file.taskId(),
                        file.from());
                yield ResultCode.REFUSED;
            }
        };
    }

    /** @throws IllegalArgumentException when a value is out of range; for times also {@link DateTimeException} */
    private static OfflineFile file(IMFileAddOfflineReq request) {
        return new OfflineFile(
                new TaskId(request.getTaskId()),
                UserId.ofUnsigned(request.getFromUserId()),
                UserId.ofUnsigned(request.getGroupId() == 0 ? request.getToUserId() : request.getFromUserId()),
                request.getFileName(),
                LargeFiles.size(request.getFileSize(), request.hasFileSize64(), request.getFileSize64()),
                request.hasFileServerId() ? Optional.of(request.getFileServerId()) : Optional.empty(),
                request.hasExpiresAt() ? Optional.of(Instant.ofEpochSecond(request.getExpiresAt())) : Optional.empty(),
                request.hasSha256()
                        ? Optional.of(HashCode.fromBytes(request.getSha256().toByteArray()))
                        : Optional.empty(),
                request.getGroupId() == 0 ? Optional.empty() : Optional.of(GroupId.ofUnsigned(request.getGroupId())));
    }

    private static void answer(MsgServerLink link, IMFileAddOfflineReq request, int seq, int result) {
        if (request.hasAttachData()) {
            link.send(
                    Commands.FILE_ADD_OFFLINE_REQ,
                    seq,
                    request.toBuilder().setResultCode(result).build());
        }
    }

    public void onDeleteOffline(MsgServerLink link, IMFileDelOfflineReq request, int seq) {
        String to = Integer.toUnsignedString(request.getToUserId());
        storage.run(
                link,
                "deletion of file " + TaskId.beginningOf(request.getTaskId()) + " for " + to,
                to,
                () -> delete(link, request),
                result -> answer(link, request, seq, result),
                () -> answer(link, request, seq, ResultCode.NO_DATABASE));
    }

    private int delete(MsgServerLink link, IMFileDelOfflineReq request) {
        TaskId taskId;
        try {
            taskId = new TaskId(request.getTaskId());
        } catch (IllegalArgumentException e) {
            log.warn("{}: refused to delete a file: {}", link, e.getMessage());
            return ResultCode.REFUSED;
        }
        if (request.getToUserId() == 0) {
            files.deleteForGroup(taskId);
            log.info("{}: task {} waits for its group no longer", link, taskId);
        } else {
            UserId to = UserId.ofUnsigned(request.getToUserId());
            files.delete(taskId, to);
            log.info("{}: task {} waits for {} no longer", link, taskId, to);
        }
        return ResultCode.OK;
    }

    private static void answer(MsgServerLink link, IMFileDelOfflineReq request, int seq, int result) {
        if (request.hasAttachData()) {
            link.send(
                    Commands.FILE_DEL_OFFLINE_REQ,
                    seq,
                    request.toBuilder().setResultCode(result).build());
        }
    }
}
