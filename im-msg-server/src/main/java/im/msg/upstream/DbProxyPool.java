package im.msg.upstream;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import im.msg.domain.GroupDirectory;
import im.msg.domain.OfflineFile;
import im.msg.domain.OfflineFiles;
import im.msg.domain.Push;
import im.msg.domain.PushDirectory;
import im.msg.domain.RecordRefused;
import im.msg.domain.TaskId;
import im.msg.domain.UserId;
import im.msg.session.Database;
import im.msg.session.UserDirectory;
import im.msg.wire.ClientKinds;
import im.msg.wire.DatabaseRequest;
import im.msg.wire.FileMessages;
import im.netlib.LargeFiles;
import im.netlib.LinkPool;
import im.proto.Command;
import im.proto.Commands;
import im.proto.RecordResult;
import im.proto.base.GroupVersionInfo;
import im.proto.base.OfflineFileInfo;
import im.proto.base.ResultType;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.group.IMGroupInfoListReq;
import im.proto.message.IMMsgDataReadAck;
import im.proto.server.IMGetDeviceTokenReq;
import im.proto.server.IMGetDeviceTokenRsp;
import im.proto.server.IMGroupGetShieldReq;
import im.proto.server.IMGroupGetShieldRsp;
import im.proto.server.IMValidateReq;
import im.proto.server.IMValidateRsp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * All db-proxies, any of which will do for any request. When one is lost that was asked, another one is asked what may be repeated.
 * Thread-safe.
 */
public final class DbProxyPool implements UserDirectory, Database, PushDirectory, OfflineFiles, GroupDirectory {
    private final LinkPool<DbProxyLink> links;

    public DbProxyPool(LinkPool<DbProxyLink> links) {
        this.links = links;
    }

    private <Q extends MessageLite, R extends MessageLite> CompletableFuture<R> call(
            Command<Q> command, Function<ByteString, Q> request, Class<R> answerType) {
        return Failover.ask(links::pickReady, link -> link.call(command, request, answerType), link -> true);
    }

    @Override
    public CompletableFuture<Validation> validate(String userName, String password) {
        return call(
                        Commands.OTHER_VALIDATE_REQ,
                        token -> IMValidateReq.newBuilder()
                                .setUserName(userName)
                                .setPassword(password)
                                .setAttachData(token)
                                .build(),
                        IMValidateRsp.class)
                .thenCompose(DbProxyPool::validation);
    }

    private static CompletableFuture<Validation> validation(IMValidateRsp answer) {
        int result = answer.getResultCode();
        if (result == ResultType.REFUSE_REASON_NO_DB_SERVER_VALUE) {
            return CompletableFuture.failedFuture(new RequestFailed("the db-proxy has no database"));
        }
        if (result == 0 && !answer.hasUserInfo()) {
            return CompletableFuture.failedFuture(new RequestFailed("the db-proxy accepts a login of nobody"));
        }
        String fallback = result == 0 ? "ok" : "wrong user name or password";
        return CompletableFuture.completedFuture(new Validation(
                result != 0,
                answer.hasResultString() ? answer.getResultString() : fallback,
                result == 0 ? Optional.of(answer.getUserInfo()) : Optional.empty()));
    }

    @Override
    public <Q extends Message, R extends Message> CompletableFuture<R> ask(
            DatabaseRequest<Q, R> kind, UserId user, Q request) {
        return Failover.ask(
                        wanted -> linkOf(user, wanted),
                        link -> link.call(
                                kind.command(), token -> kind.vouchedFor(user, request, token), kind.answerType()),
                        link -> kind.mayRepeat())
                .thenApply(kind::withoutToken);
    }

    @Override
    public CompletableFuture<Void> tell(IMMsgDataReadAck read) {
        return linkOf(new UserId(read.getUserId()), link -> true)
                .map(link -> link.tell(Commands.MSG_READ_ACK, read))
                .orElseGet(Failover::noneReady);
    }

    /** Always the same as long as it is ready: each answers what one user asks in its order. */
    private Optional<DbProxyLink> linkOf(UserId user, Predicate<DbProxyLink> wanted) {
        return links.pickReady(user.value(), wanted);
    }

    @Override
    public CompletableFuture<List<Push.Target>> targets(Collection<UserId> users) {
        return call(
                        Commands.OTHER_GET_DEVICE_TOKEN_REQ,
                        token -> IMGetDeviceTokenReq.newBuilder()
                                .addAllUserId(ids(users))
                                .setAttachData(token)
                                .build(),
                        IMGetDeviceTokenRsp.class)
                .thenApply(answer -> answer.getUserTokenInfoList().stream()
                        .filter(info -> !info.getToken().isEmpty())
                        .map(info -> new Push.Target(
                                new UserId(info.getUserId()),
                                ClientKinds.of(info.getUserType()),
                                info.getToken(),
                                info.getPushCount()))
                        .toList());
    }

    @Override
    public CompletableFuture<Set<UserId>> shielding(int group, Collection<UserId> users) {
        return call(
                        Commands.OTHER_GET_SHIELD_REQ,
                        token -> IMGroupGetShieldReq.newBuilder()
                                .setGroupId(group)
                                .addAllUserId(ids(users))
                                .setAttachData(token)
                                .build(),
                        IMGroupGetShieldRsp.class)
                .thenApply(answer -> answer.getShieldStatusListList().stream()
                        .filter(status -> status.getShieldStatus() != 0)
                        .map(status -> new UserId(status.getUserId()))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    private static List<Integer> ids(Collection<UserId> users) {
        return users.stream().map(UserId::value).toList();
    }

    @Override
    public CompletableFuture<Set<UserId>> members(UserId asking, int group) {
        IMGroupInfoListReq request = IMGroupInfoListReq.newBuilder()
                .setUserId(asking.value())
                .addGroupVersionList(
                        GroupVersionInfo.newBuilder().setGroupId(group).setVersion(0))
                .build();
        return ask(DatabaseRequest.GROUPS_INFO, asking, request)
                .thenApply(answer -> answer.getGroupInfoListList().stream()
                        .flatMap(info -> info.getGroupMemberListList().stream())
                        .map(UserId::new)
                        .collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public CompletableFuture<List<OfflineFile>> waitingFor(UserId user) {
        return call(
                        Commands.FILE_HAS_OFFLINE_REQ,
                        token -> IMFileHasOfflineReq.newBuilder()
                                .setUserId(user.value())
                                .setAttachData(token)
                                .build(),
                        IMFileHasOfflineRsp.class)
                .thenApply(answer -> answer.getOfflineFileListList().stream()
                        .flatMap(info -> offlineFile(user, info).stream())
                        .toList());
    }

    @Override
    public CompletableFuture<Boolean> waitsFor(TaskId file, UserId user) {
        return call(
                        Commands.FILE_HAS_OFFLINE_REQ,
                        token -> IMFileHasOfflineReq.newBuilder()
                                .setUserId(user.value())
                                .addTaskIdList(file.text())
                                .setAttachData(token)
                                .build(),
                        IMFileHasOfflineRsp.class)
                .thenCompose(DbProxyPool::understood)
                .thenApply(answer -> answer.getWaitingTaskIdListList().contains(file.text()));
    }

    /** Nothing for a row that some other server has left and that nobody could fetch. */
    private static Optional<OfflineFile> offlineFile(UserId to, OfflineFileInfo info) {
        return TaskId.parse(info.getTaskId())
                .map(task -> new OfflineFile(
                        task,
                        new UserId(info.getFromUserId()),
                        to,
                        info.getFileName(),
                        LargeFiles.size(info.getFileSize(), info.hasFileSize64(), info.getFileSize64()),
                        info.hasFileServerId() ? Optional.of(info.getFileServerId()) : Optional.empty(),
                        FileMessages.expiry(info.hasExpiresAt(), info.getExpiresAt()),
                        FileMessages.sha256(info.getSha256()),
                        FileMessages.group(info.getGroupId())));
    }

    @Override
    public CompletableFuture<Ended> endedAmong(List<TaskId> tasks) {
        return call(
                        Commands.FILE_HAS_OFFLINE_REQ,
                        token -> IMFileHasOfflineReq.newBuilder()
                                .setUserId(0)
                                .addAllTaskIdList(
                                        tasks.stream().map(TaskId::text).toList())
                                .setAttachData(token)
                                .build(),
                        IMFileHasOfflineRsp.class)
                .thenCompose(DbProxyPool::understood)
                .thenApply(answer ->
                        new Ended(tasks(answer.getGoneTaskIdListList()), tasks(answer.getUnknownTaskIdListList())));
    }

    /** A db-proxy of others takes the question for another one, and its answer says nothing about tasks. */
    private static CompletableFuture<IMFileHasOfflineRsp> understood(IMFileHasOfflineRsp answer) {
        return answer.hasResultCode() && answer.getResultCode() == RecordResult.DONE.code()
                ? CompletableFuture.completedFuture(answer)
                : CompletableFuture.failedFuture(
                        new RequestFailed("the db-proxy does not say what became of files: " + answer.getResultCode()));
    }

    private static Set<TaskId> tasks(List<String> texts) {
        return texts.stream().map(TaskId::new).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public CompletableFuture<Fate> add(OfflineFile file) {
        IMFileAddOfflineReq.Builder request = IMFileAddOfflineReq.newBuilder()
                .setFromUserId(file.from().value())
                .setToUserId(file.to().value())
                .setTaskId(file.task().text())
                .setFileName(file.baseName());
        LargeFiles.putSize(file.size(), request::setFileSize, request::setFileSize64);
        file.serverId().ifPresent(request::setFileServerId);
        file.expires().map(Instant::getEpochSecond).ifPresent(request::setExpiresAt);
        file.sha256().map(FileMessages::bytes).ifPresent(request::setSha256);
        file.group().ifPresent(request::setGroupId);
        return change(
                        Commands.FILE_ADD_OFFLINE_REQ,
                        token -> request.setAttachData(token).build(),
                        request.clone().setResultCode(RecordResult.DONE.code()).build(),
                        IMFileAddOfflineReq.class)
                .thenCompose(answer -> carriedOut(Fate.WAITS, answer.hasResultCode(), answer.getResultCode()));
    }

    @Override
    public CompletableFuture<Fate> delete(TaskId task, UserId from, UserId to) {
        IMFileDelOfflineReq.Builder request = IMFileDelOfflineReq.newBuilder()
                .setFromUserId(from.value())
                .setToUserId(to.value())
                .setTaskId(task.text());
        return change(
                        Commands.FILE_DEL_OFFLINE_REQ,
                        token -> request.setAttachData(token).build(),
                        request.clone().setResultCode(RecordResult.DONE.code()).build(),
                        IMFileDelOfflineReq.class)
                .thenCompose(answer -> carriedOut(Fate.GONE, answer.hasResultCode(), answer.getResultCode()));
    }

    /** Those of others would record a file twice. */
    private <M extends MessageLite> CompletableFuture<M> change(
            Command<M> command, Function<ByteString, M> request, M done, Class<M> type) {
        return Failover.ask(links::pickReady, link -> link.change(command, request, done, type), DbProxyLink::confirms);
    }

    private static CompletableFuture<Fate> carriedOut(Fate wanted, boolean answered, int code) {
        RecordResult result = answered ? RecordResult.of(code) : RecordResult.REFUSED;
        return switch (result) {
            case DONE -> CompletableFuture.completedFuture(wanted);
            case GONE -> CompletableFuture.completedFuture(Fate.GONE);
            case NOT_NOW -> CompletableFuture.failedFuture(new RequestFailed("the db-proxy has no database"));
            case REFUSED ->
                CompletableFuture.failedFuture(new RecordRefused("the db-proxy answers with result " + code));
        };
    }
}
