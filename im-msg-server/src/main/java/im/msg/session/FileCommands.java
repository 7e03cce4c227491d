package im.msg.session;

import com.google.common.base.Throwables;
import com.google.common.hash.HashCode;
import im.msg.domain.FileOffer;
import im.msg.domain.FileOffers;
import im.msg.domain.FileRefused;
import im.msg.domain.FileRequest;
import im.msg.domain.OfflineFile;
import im.msg.domain.StoredFiles;
import im.msg.domain.TaskId;
import im.msg.domain.UserId;
import im.msg.domain.WouldBeStored;
import im.msg.wire.FileMessages;
import im.netlib.LargeFiles;
import im.netlib.ProtocolViolation;
import im.proto.Commands;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.file.IMFileReq;
import im.proto.file.IMFileRsp;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The four file commands. Who acts is always the session's user, whatever the message says. */
public final class FileCommands {
    private static final Logger log = LoggerFactory.getLogger(FileCommands.class);
    private static final int DONE = 0;
    private static final int REFUSED = 1;

    private final FileOffers offers;
    private final StoredFiles stored;

    public FileCommands(FileOffers offers, StoredFiles stored) {
        this.offers = offers;
        this.stored = stored;
    }

    void onFileRequest(UserSession session, IMFileReq request, int seq) {
        session.pending().requireRoom();
        FileRequest asked = asked(session.user(), request).onlineOnly(request.getOnlineOnly());
        if (asked.isLarge() && !session.takesLargeFiles()) {
            FileRefused why = new FileRefused("this program has not said that it can handle files of 4 GiB or more");
            session.reply(Commands.FILE_RESPONSE, seq, refused(session, request, asked, why));
            return;
        }
        session.pending().await(offers.offer(asked), (offer, failure) -> {
            if (session.isGone()) {
                // Nobody would send, so there is nothing to tell the receiver. The file-server forgets the
                // task by itself.
                return;
            }
            if (failure == null) {
                session.reply(Commands.FILE_RESPONSE, seq, accepted(session, request, offer));
                offers.tellReceiver(offer);
            } else if (Throwables.getRootCause(failure) instanceof WouldBeStored why) {
                session.reply(Commands.FILE_RESPONSE, seq, wouldBeStored(session, request, why));
            } else {
                session.reply(Commands.FILE_RESPONSE, seq, refused(session, request, asked, failure));
            }
        });
    }

    private static FileRequest asked(UserId from, IMFileReq request) {
        long size = LargeFiles.size(request.getFileSize(), request.hasFileSize64(), request.getFileSize64());
        OptionalInt group = FileMessages.group(request.getGroupId());
        return group.isPresent()
                ? FileRequest.toGroup(from, group.getAsInt(), request.getFileName(), size, sha256(request))
                : FileRequest.of(
                        from,
                        new UserId(request.getToUserId()),
                        request.getFileName(),
                        size,
                        FileMessages.mode(request.getTransMode()),
                        sha256(request));
    }

    private static IMFileRsp wouldBeStored(UserSession session, IMFileReq request, WouldBeStored why) {
        return answerTo(session, request)
                .setResultCode(REFUSED)
                .setTaskId("")
                .setTransMode(TransferFileType.FILE_TYPE_OFFLINE)
                .setResultString(why.getMessage())
                .build();
    }

    /** A sum that is none is not taken for none: the sender counts on its being checked. */
    private static Optional<HashCode> sha256(IMFileReq request) {
        Optional<HashCode> sum = FileMessages.sha256(request.getSha256());
        if (request.hasSha256() && sum.isEmpty()) {
            throw new ProtocolViolation("a sha256 of " + request.getSha256().size() + " bytes");
        }
        return sum;
    }

    private static IMFileRsp accepted(UserSession session, IMFileReq request, FileOffer offer) {
        IMFileRsp.Builder answer = answerTo(session, request)
                .setResultCode(DONE)
                .setTaskId(offer.task().id().text())
                .addAllIpAddrList(FileMessages.addresses(offer.task().addresses()))
                .setTransMode(FileMessages.mode(offer.request().mode()));
        offer.task().expires().map(Instant::getEpochSecond).ifPresent(answer::setExpiresAt);
        offer.senderToken().map(FileMessages::bytes).ifPresent(answer::setToken);
        return answer.build();
    }

    private static IMFileRsp refused(UserSession session, IMFileReq request, FileRequest asked, Throwable failure) {
        Throwable cause = Throwables.getRootCause(failure);
        log.warn("{}: its file for {} is refused: {}", session, asked.receiver(), cause.toString());
        return answerTo(session, request)
                .setResultCode(REFUSED)
                .setTaskId("")
                .setTransMode(request.getTransMode())
                .setResultString(cause instanceof FileRefused ? cause.getMessage() : "no file-server answers")
                .build();
    }

    /** The name goes back byte for byte, be it UTF-8 or not: some clients reopen it as a path. */
    private static IMFileRsp.Builder answerTo(UserSession session, IMFileReq request) {
        return IMFileRsp.newBuilder()
                .setFromUserId(session.user().value())
                .setToUserId(request.getToUserId())
                .setFileNameBytes(request.getFileNameBytes());
    }

    /**
     * Without a database there is no answer. The message has no word for "not now", and an empty list would say that nothing
     * waits: a client would believe that until its next login, and its user perhaps for ever. One that gets no answer has a
     * timeout for it, and may ask again.
     */
    void onHasOffline(UserSession session, IMFileHasOfflineReq request, int seq) {
        session.pending().requireRoom();
        session.pending().await(stored.waitingFor(session), (waiting, failure) -> {
            if (failure != null) {
                log.warn(
                        "{}: its list of files is not answered: {}",
                        session,
                        Throwables.getRootCause(failure).toString());
                return;
            }
            waiting.files().forEach(listed -> session.listed(listed.file().task()));
            session.reply(
                    Commands.FILE_HAS_OFFLINE_RES,
                    seq,
                    IMFileHasOfflineRsp.newBuilder()
                            .setUserId(session.user().value())
                            .addAllOfflineFileList(waiting.files().stream()
                                    .map(FileMessages::waiting)
                                    .toList())
                            .addAllIpAddrList(FileMessages.addresses(waiting.addresses()))
                            .build());
        });
    }

    void onAddOffline(UserSession session, IMFileAddOfflineReq request, int seq) {
        stored.uploaded(OfflineFile.of(
                taskId(request.getTaskId()),
                session.user(),
                new UserId(request.getToUserId()),
                request.getFileName(),
                LargeFiles.size(request.getFileSize(), request.hasFileSize64(), request.getFileSize64())));
    }

    void onDelOffline(UserSession session, IMFileDelOfflineReq request, int seq) {
        stored.downloaded(taskId(request.getTaskId()), new UserId(request.getFromUserId()), session.user());
    }

    private static TaskId taskId(String text) {
        return TaskId.parse(text).orElseThrow(() -> new ProtocolViolation("what it calls a task id cannot be one"));
    }
}
