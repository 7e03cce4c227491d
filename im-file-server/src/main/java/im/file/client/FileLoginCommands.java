package im.file.client;

import com.google.protobuf.ByteString;
import im.file.records.GroupReceivers;
import im.file.transfer.Download;
import im.file.transfer.FileStore;
import im.file.transfer.FileTask;
import im.file.transfer.StoredFile;
import im.file.transfer.TaskId;
import im.file.transfer.Transfer;
import im.file.transfer.TransferFactory;
import im.file.transfer.TransferRole;
import im.file.transfer.Transfers;
import im.netlib.Connection;
import im.netlib.LargeFiles;
import im.netlib.Limits;
import im.netlib.Router;
import im.netlib.Session;
import im.proto.Capabilities;
import im.proto.Command;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.file.IMFileLoginReq;
import im.proto.file.IMFileLoginRsp;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port for clients of one shard: who may come in, and as what. A client that is refused is told so and the connection ends.
 *
 * <p>Only the sender and the receiver of a task know its id, and each has roles of his own; a token, where there is one, proves that the
 * msg-server has given this role to this user. Who may have a group's file is asked each time, since members may have been removed.
 */
public final class FileLoginCommands {
    private static final Logger log = LoggerFactory.getLogger(FileLoginCommands.class);
    private static final int OK = 0;
    private static final int REFUSED = 1;
    private static final String TOO_LARGE = "this program cannot handle files of 4 GiB or more";
    private static final String TOO_LARGE_FOR_THE_OTHER =
            "the program of the other user cannot handle files of 4 GiB or more";

    private final Transfers transfers;
    private final TransferFactory factory;
    private final FileStore store;
    private final GroupReceivers groupReceivers;
    private final TokenCheck tokens;
    private final Limits beforeLogin;
    private final Limits afterLogin;

    private final Router<Stranger> strangers = Router.<Stranger>forRole("file client before login")
            .on(Commands.FILE_LOGIN_REQ, this::onFileLogin)
            .strict()
            .build();
    private final Router<Stranger> waiting =
            Router.<Stranger>forRole("file client during login").strict().build();
    private final Router<Participant> pulling =
            forRole("file receiver", Commands.FILE_PULL_DATA_REQ, Participant::onPull);
    private final Router<Participant> sending =
            forRole("file sender", Commands.FILE_PULL_DATA_RSP, Participant::onBlock);

    public FileLoginCommands(
            Transfers transfers,
            TransferFactory factory,
            FileStore store,
            GroupReceivers groupReceivers,
            TokenCheck tokens,
            Limits beforeLogin,
            Limits afterLogin) {
        this.transfers = transfers;
        this.factory = factory;
        this.store = store;
        this.groupReceivers = groupReceivers;
        this.tokens = tokens;
        this.beforeLogin = beforeLogin;
        this.afterLogin = afterLogin;
    }

    private static Router<Participant> forRole(String role, Command<?> data, Router.PduHandler<Participant> handler) {
        return Router.<Participant>forRole(role)
                .onPdu(data, handler)
                .onPdu(Commands.FILE_STATE, Participant::onState)
                .build();
    }

    /** A client has connected. */
    public void onConnected(Connection connection) {
        connection.become(strangers, new Stranger(connection), beforeLogin);
    }

    /** Somebody of whom nothing is known yet. */
    private record Stranger(Connection connection) implements Session {}

    private void onFileLogin(Stranger stranger, IMFileLoginReq request, int seq) {
        Login login = new Login(
                stranger.connection(),
                Integer.toUnsignedLong(request.getUserId()),
                roleOf(request.getFileRole()),
                request.getTaskId(),
                request.getCapabilities(),
                seq);
        Optional<TaskId> id = TaskId.parse(request.getTaskId());
        if (id.isEmpty()) {
            refuse(login, "that is no task id");
            return;
        }
        Optional<String> objection = tokens.objection(request);
        if (objection.isPresent()) {
            refuse(login, objection.get());
            return;
        }
        if (login.role() == TransferRole.DOWNLOADER) {
            // The upload may still be here: its receiver can hear that the file is recorded before this server does.
            stranger.connection().become(waiting, stranger, afterLogin);
            opened(id.get(), stranger.connection())
                    .whenComplete((file, failure) -> stranger.connection().execute(() -> {
                        if (failure == null) {
                            admit(login, file);
                        } else {
                            log.error("task {}: the store cannot open it: {}", id.get(), failure.getMessage());
                            refuse(login, "the file cannot be opened now");
                        }
                    }));
        } else {
            transfers
                    .find(id.get())
                    .ifPresentOrElse(transfer -> joinTransfer(login, transfer), () -> refuse(login, "no such task"));
        }
    }

    /**
     * @param userId whom the client claims to be
     * @param taskId as the client wrote it
     * @param capabilities as the client wrote them
     */
    private record Login(
            Connection connection, long userId, TransferRole role, String taskId, int capabilities, int seq) {
        boolean canTake(FileTask task) {
            return !LargeFiles.isLarge(task.size()) || Capabilities.has(capabilities, Capabilities.LARGE_FILES);
        }

        boolean knowsFieldsOfOurs() {
            return capabilities != 0;
        }

        boolean followsGrowingBlocks() {
            return Capabilities.has(capabilities, Capabilities.GROWING_BLOCKS);
        }

        void accept(IMFileLoginRsp.Builder answer) {
            answer(answer.setResultCode(OK));
        }

        void refuse(String why) {
            answer(IMFileLoginRsp.newBuilder().setResultCode(REFUSED).setResultString(why));
        }

        private void answer(IMFileLoginRsp.Builder answer) {
            connection.send(
                    Commands.FILE_LOGIN_RES, seq, answer.setTaskId(taskId).build());
        }

        /** In logs a task id, which is a ticket, stands by its beginning. */
        @Override
        public String toString() {
            return role + " as user " + userId + " to task " + taskId.substring(0, Math.min(8, taskId.length()));
        }
    }

    private void joinTransfer(Login login, Transfer transfer) {
        if (!transfer.admits(login.role(), login.userId())) {
            refuse(login, "not in that role, or not now");
            return;
        }
        if (!login.canTake(transfer.task())) {
            refuse(login, TOO_LARGE);
            transfer.cannotTake(login.role(), TOO_LARGE_FOR_THE_OTHER);
            return;
        }
        Participant participant = welcome(login, transfer.task().id(), IMFileLoginRsp.newBuilder());
        participant.takesPartAs(transfer.join(login.role(), participant));
    }

    private CompletableFuture<Optional<StoredFile>> opened(TaskId id, Connection connection) {
        return connection.takesRegions() ? store.open(id) : store.openInMemory(id);
    }

    private void admit(Login login, Optional<StoredFile> found) {
        if (found.isEmpty()) {
            refuse(login, "no such file");
            return;
        }
        StoredFile file = found.get();
        if (login.connection().isClosing()) {
            file.close();
        } else if (!Download.admits(file.task(), login.role(), login.userId())) {
            file.close();
            refuse(login, "the file is for another user");
        } else if (file.task().isForGroup()) {
            groupReceivers
                    .include(login.userId(), file.task().id())
                    .whenComplete((included, failure) ->
                            login.connection().execute(() -> admitMember(login, file, included, failure)));
        } else {
            startDownload(login, file);
        }
    }

    private void admitMember(Login login, StoredFile file, Boolean included, Throwable failure) {
        if (login.connection().isClosing()) {
            file.close();
        } else if (failure != null) {
            file.close();
            log.warn("{}: it is not known who may have it: {}", file.task(), failure.toString());
            refuse(login, "it cannot be found out now whether you are in the group");
        } else if (!included) {
            file.close();
            refuse(login, "the file does not wait for this user");
        } else {
            startDownload(login, file);
        }
    }

    private void startDownload(Login login, StoredFile file) {
        if (!login.canTake(file.task())) {
            file.close();
            refuse(login, TOO_LARGE);
            return;
        }
        IMFileLoginRsp.Builder answer = IMFileLoginRsp.newBuilder();
        if (login.knowsFieldsOfOurs()) {
            answer.setSha256(ByteString.copyFrom(file.about().sha256().asBytes()));
        }
        Participant participant = welcome(login, file.task().id(), answer);
        participant.takesPartAs(factory.download(file, participant, login.followsGrowingBlocks()));
    }

    private Participant welcome(Login login, TaskId id, IMFileLoginRsp.Builder answer) {
        Participant participant =
                new Participant(login.connection(), login.role(), login.userId(), id, login.capabilities());
        boolean pulls = login.role() == TransferRole.RECEIVER || login.role() == TransferRole.DOWNLOADER;
        login.connection().become(pulls ? pulling : sending, participant, afterLogin);
        login.accept(answer);
        return participant;
    }

    private static void refuse(Login login, String why) {
        log.warn("{}: refused {}: {}", login.connection(), login, why);
        login.refuse(why);
        login.connection().closeAfterFlush("login refused");
    }

    private static TransferRole roleOf(ClientFileRole role) {
        return switch (role) {
            case CLIENT_REALTIME_SENDER -> TransferRole.SENDER;
            case CLIENT_REALTIME_RECVER -> TransferRole.RECEIVER;
            case CLIENT_OFFLINE_UPLOAD -> TransferRole.UPLOADER;
            case CLIENT_OFFLINE_DOWNLOAD -> TransferRole.DOWNLOADER;
        };
    }
}
