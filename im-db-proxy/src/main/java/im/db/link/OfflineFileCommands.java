package im.db.link;

import im.db.domain.OfflineFile;
import im.db.domain.OfflineFiles;
import im.db.domain.OfflineFiles.Added;
import im.db.domain.TaskId;
import im.db.domain.UserId;
import im.proto.Commands;
import im.proto.base.OfflineFileInfo;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import java.util.List;
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
    private static final long MAX_WIRE_SIZE = 0xffff_ffffL;

    private final StorageCalls storage;
    private final OfflineFiles files;
    private final int listLimit;

    /** @param listLimit how many files an answer holds at most; it holds fewer if their frame would become too long */
    public OfflineFileCommands(StorageCalls storage, OfflineFiles files, int listLimit) {
        this.storage = storage;
        this.files = files;
        this.listLimit = listLimit;
    }

    /** No answer when the storage fails: the protocol has no way to say so, and an empty list would be a lie. */
    public void onHasOffline(MsgServerLink link, IMFileHasOfflineReq request, int seq) {
        String user = Integer.toUnsignedString(request.getUserId());
        storage.run(
                link,
                "list of files for " + user,
                user,
                () -> request.getUserId() == 0
                        ? List.<OfflineFile>of()
                        : files.waitingFor(UserId.ofUnsigned(request.getUserId()), listLimit),
                waiting -> answer(link, request, seq, waiting),
                () -> {});
    }

    private static void answer(MsgServerLink link, IMFileHasOfflineReq request, int seq, List<OfflineFile> waiting) {
        IMFileHasOfflineRsp.Builder answer = IMFileHasOfflineRsp.newBuilder()
                .setUserId(request.getUserId())
                .addAllOfflineFileList(FrameBudget.firstThatFit(
                        waiting.stream().map(OfflineFileCommands::info).toList()));
        if (request.hasAttachData()) {
            answer.setAttachData(request.getAttachData());
        }
        link.send(Commands.FILE_HAS_OFFLINE_RES, seq, answer.build());
    }

    private static OfflineFileInfo info(OfflineFile file) {
        OfflineFileInfo.Builder info = OfflineFileInfo.newBuilder()
                .setFromUserId(file.from().unsigned())
                .setTaskId(file.taskId().value())
                .setFileName(file.fileName())
                .setFileSize((int) Math.min(file.size(), MAX_WIRE_SIZE));
        file.fileServerId().ifPresent(info::setFileServerId);
        return info.build();
    }

    public void onAddOffline(MsgServerLink link, IMFileAddOfflineReq request, int seq) {
        String to = Integer.toUnsignedString(request.getToUserId());
        storage.run(
                link,
                "record of file " + request.getTaskId() + " for " + to,
                to,
                () -> add(link, request),
                result -> answer(link, request, seq, result),
                () -> answer(link, request, seq, ResultCode.NO_DATABASE));
    }

    private int add(MsgServerLink link, IMFileAddOfflineReq request) {
        OfflineFile file;
        try {
            file = new OfflineFile(
                    new TaskId(request.getTaskId()),
                    UserId.ofUnsigned(request.getFromUserId()),
                    UserId.ofUnsigned(request.getToUserId()),
                    request.getFileName(),
                    Integer.toUnsignedLong(request.getFileSize()),
                    request.hasFileServerId() ? Optional.of(request.getFileServerId()) : Optional.empty());
        } catch (IllegalArgumentException e) {
            log.warn("{}: refused to record a file: {}", link, e.getMessage());
            return ResultCode.REFUSED;
        }
        if (files.add(file) == Added.REFUSED) {
            log.warn("{}: refused to record {} of {}: the id is another transfer's", link, file.taskId(), file.from());
            return ResultCode.REFUSED;
        }
        log.info("{}: task {} from {} waits for {}", link, file.taskId(), file.from(), file.to());
        return ResultCode.OK;
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
                "deletion of file " + request.getTaskId() + " for " + to,
                to,
                () -> delete(link, request),
                result -> answer(link, request, seq, result),
                () -> answer(link, request, seq, ResultCode.NO_DATABASE));
    }

    private int delete(MsgServerLink link, IMFileDelOfflineReq request) {
        TaskId taskId;
        UserId to;
        try {
            taskId = new TaskId(request.getTaskId());
            to = UserId.ofUnsigned(request.getToUserId());
        } catch (IllegalArgumentException e) {
            log.warn("{}: refused to delete a file: {}", link, e.getMessage());
            return ResultCode.REFUSED;
        }
        files.delete(taskId, to);
        log.info("{}: task {} waits for {} no longer", link, taskId, to);
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
