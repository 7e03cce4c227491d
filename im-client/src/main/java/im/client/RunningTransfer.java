package im.client;

import com.google.common.net.HostAndPort;
import com.google.common.util.concurrent.MoreExecutors;
import im.client.TransferException.Reason;
import im.netlib.Block;
import im.netlib.Connection;
import im.netlib.Limits;
import im.netlib.Pdu;
import im.netlib.Router;
import im.netlib.Session;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.file.IMFileLoginReq;
import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFileState;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What both directions share: the file-server connection, giving up, standing still, the result. Everything but the public
 * methods happens on the client's event loop, and everything with files on {@link #onDisk}, in order.
 */
abstract sealed class RunningTransfer implements Transfer, Session permits OutgoingTransfer, IncomingTransfer {
    private static final Logger log = LoggerFactory.getLogger(RunningTransfer.class);
    private static final Duration WATCH_EVERY = Duration.ofMillis(200);

    private static final Router<RunningTransfer> MOVING = Router.<RunningTransfer>forRole("file-server")
            .on(Commands.FILE_STATE, (transfer, state, seq) -> transfer.received(state))
            .on(Commands.FILE_PULL_DATA_REQ, (transfer, pull, seq) -> transfer.received(pull, seq))
            .onPdu(Commands.FILE_PULL_DATA_RSP, RunningTransfer::received)
            .ignore(Commands.FILE_LOGIN_RES)
            .build();

    private enum Phase {
        /** Nobody to tell yet. */
        STARTING,
        /** In the task; bytes move. */
        MOVING,
        /** Everything has moved; what is left is this side's own business. */
        FINISHING,
        ENDED
    }

    private final MsgServerLink link;
    private final Executor disk;
    private final TransferListener listener;
    private final CompletableFuture<TransferResult> result = new CompletableFuture<>();
    private volatile String taskId;
    private byte[] taskIdBytes;
    private TransferMode mode;
    private Phase phase = Phase.STARTING;
    private boolean cancelled;
    private Connection connection;
    private long startedAt;
    private long movedAt;
    private Future<?> watch;

    RunningTransfer(MsgServerLink link, Executor disk, TransferListener listener) {
        this.link = link;
        this.disk = MoreExecutors.newSequentialExecutor(disk);
        this.listener = listener;
    }

    /** Gets going. Any thread. */
    abstract void start();

    /** Instead of {@link #start}: the transfer has failed. */
    final Transfer neverStarted(String why) {
        result.completeExceptionally(new TransferException(Reason.CANCELLED, why));
        return this;
    }

    /** In the task: pulls may be sent or answered. */
    abstract void onLoggedIn();

    abstract void onState(ClientFileState state);

    /** Not of this task, or not from this side: {@link #failProtocol}. */
    abstract void onPull(long offset, long size, int seq);

    abstract void onBlock(Block block);

    /** How long nothing may move now. */
    abstract Duration patience();

    /** Whether the other side should hear of it when this side gives up. */
    abstract boolean tellsPeer();

    /** Frees what the transfer holds. On the disk threads, after everything else there; once. */
    abstract void release() throws IOException;

    @Override
    public final CompletableFuture<TransferResult> result() {
        return result;
    }

    @Override
    public final Optional<String> taskId() {
        return Optional.ofNullable(taskId);
    }

    final byte[] taskIdBytes() {
        return taskIdBytes;
    }

    final TransferMode mode() {
        return mode;
    }

    final MsgServerLink link() {
        return link;
    }

    final EventLoop loop() {
        return link.loop();
    }

    final int selfId() {
        return link.self().id();
    }

    final Connection connection() {
        return connection;
    }

    final boolean isMoving() {
        return phase == Phase.MOVING;
    }

    // The task

    final void join(String id, TransferMode how, long size, List<HostAndPort> addresses, ClientFileRole role) {
        taskId = id;
        taskIdBytes = id.getBytes(StandardCharsets.UTF_8);
        mode = how;
        if (!cancelled) {
            tellListener(() -> listener.onStarted(id, how, size));
        }
        IMFileLoginReq request = IMFileLoginReq.newBuilder()
                .setUserId(selfId())
                .setTaskId(id)
                .setFileRole(role)
                .build();
        new TaskLogin(link.options(), loop(), request, addresses, new TaskLogin.Outcome() {
                    @Override
                    public void onLoggedIn(Connection connection) {
                        joined(connection);
                    }

                    @Override
                    public void onNoLogin(TransferException why) {
                        fail(why);
                    }
                })
                .tryNext();
    }

    private void joined(Connection joined) {
        connection = joined;
        joined.become(
                MOVING,
                this,
                new Limits(MsgServerLink.MAX_FRAME_LENGTH, link.options().silenceLimit()));
        if (phase == Phase.ENDED) {
            leaveTask();
            return;
        }
        phase = Phase.MOVING;
        startedAt = System.nanoTime();
        movedAt = startedAt;
        watch = loop().scheduleAtFixedRate(
                        this::look, WATCH_EVERY.toMillis(), WATCH_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        log.debug("{}: logged in at {}", this, joined.remoteAddress());
        if (cancelled) {
            giveUp(new TransferException(Reason.CANCELLED, "cancelled"));
        } else {
            onLoggedIn();
        }
    }

    private void received(IMFileState state) {
        if (phase == Phase.MOVING && checkTask(state.getTaskId().equals(taskId))) {
            onState(state.getState());
        }
    }

    private void received(IMFilePullDataReq pull, int seq) {
        if (phase == Phase.MOVING && checkTask(pull.getTaskId().equals(taskId))) {
            onPull(Integer.toUnsignedLong(pull.getOffset()), Integer.toUnsignedLong(pull.getDataSize()), seq);
        }
    }

    private void received(Pdu pdu) {
        if (phase == Phase.MOVING) {
            Block block = Block.parse(pdu);
            if (checkTask(block.isOf(taskIdBytes))) {
                onBlock(block);
            }
        }
    }

    private boolean checkTask(boolean same) {
        if (!same) {
            failProtocol("the file-server sent something of another task");
        }
        return same;
    }

    @Override
    public final void onClosed() {
        if (phase == Phase.MOVING) {
            fail(new TransferException(
                    Reason.CONNECTION_LOST, "the connection to the file-server ended in the middle of the transfer"));
        }
    }

    // Moving

    final void sendState(ClientFileState state) {
        connection()
                .send(
                        Commands.FILE_STATE,
                        IMFileState.newBuilder()
                                .setState(state)
                                .setTaskId(taskId)
                                .setUserId(selfId())
                                .build());
    }

    final void moved(long done, long total) {
        movedAt = System.nanoTime();
        tellListener(() -> listener.onProgress(done, total));
    }

    private void look() {
        long still = System.nanoTime() - movedAt;
        if (phase == Phase.MOVING && still > patience().toNanos()) {
            giveUp(new TransferException(
                    Reason.STALLED, "nothing has moved for " + patience().toSeconds() + " s"));
        }
    }

    /** Runs {@code work} on the disk threads, after what was given there before; then {@code done} on the event loop. */
    final void onDisk(DiskWork work, Runnable done) {
        disk.execute(() -> {
            try {
                work.run();
            } catch (IOException | RuntimeException e) {
                loop().execute(() -> giveUp(new TransferException(Reason.LOCAL_FILE, describe(e), e)));
                return;
            }
            loop().execute(done);
        });
    }

    interface DiskWork {
        void run() throws IOException;
    }

    private static String describe(Exception e) {
        if (e instanceof NoSuchFileException missing) {
            return "no such file: " + missing.getFile();
        }
        if (e instanceof AccessDeniedException denied) {
            return "permission denied: " + denied.getFile();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    // The end

    @Override
    public final void cancel() {
        loop().execute(() -> {
            cancelled = true;
            if (phase == Phase.MOVING) {
                giveUp(new TransferException(Reason.CANCELLED, "cancelled"));
            }
        });
    }

    /** True when {@link #cancel} came before there was anybody to tell: then the transfer has just failed. */
    final boolean failIfCancelled() {
        if (cancelled) {
            fail(new TransferException(Reason.CANCELLED, "cancelled"));
        }
        return cancelled;
    }

    /** For a client that closes: fails whatever it waits for. */
    final void abandon() {
        loop().execute(() -> giveUp(new TransferException(Reason.CANCELLED, "the client was closed")));
    }

    final void failProtocol(String what) {
        giveUp(new TransferException(Reason.PROTOCOL, what));
    }

    /** Ends the transfer from this side. */
    final void giveUp(TransferException why) {
        if (connection != null && phase != Phase.ENDED && tellsPeer()) {
            sendState(ClientFileState.CLIENT_FILE_CANCEL);
        }
        fail(why);
    }

    final void fail(TransferException why) {
        if (end()) {
            TransferException reason = cancelled && why.reason() != Reason.CANCELLED
                    ? new TransferException(Reason.CANCELLED, "cancelled", why)
                    : why;
            log.debug("{}: failed, {}: {}", this, reason.reason(), reason.getMessage());
            releaseThen(() -> result.completeExceptionally(reason));
        }
    }

    /** Everything has moved: from now on the file-server may end the connection. */
    final void finishing() {
        phase = Phase.FINISHING;
    }

    /** There is nothing more to say to the file-server. */
    final void leaveTask() {
        connection.closeAfterFlush("the transfer is over");
    }

    final void succeed(Path path, long bytes, String sha256) {
        TransferResult success =
                new TransferResult(taskId, mode, path, bytes, sha256, Duration.ofNanos(System.nanoTime() - startedAt));
        if (end()) {
            log.debug("{}: done, {} bytes", this, bytes);
            releaseThen(() -> result.complete(success));
        }
    }

    private void releaseThen(Runnable complete) {
        disk.execute(() -> {
            try {
                release();
            } catch (IOException e) {
                log.warn("{}: {}", this, e.getMessage());
            }
            loop().execute(complete);
        });
    }

    private boolean end() {
        if (phase == Phase.ENDED) {
            return false;
        }
        phase = Phase.ENDED;
        if (watch != null) {
            watch.cancel(false);
        }
        if (connection != null) {
            leaveTask();
        }
        return true;
    }

    /** Completes when the file-server connection is gone; at once when there is none. Event loop only. */
    final CompletableFuture<Void> disconnected() {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        if (connection == null) {
            gone.complete(null);
        } else {
            connection.closed().addListener(closed -> gone.complete(null));
        }
        return gone;
    }

    private void tellListener(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            log.error("{}: a listener threw", this, e);
        }
    }

    @Override
    public final String describe() {
        return toString();
    }

    @Override
    public String toString() {
        return "task " + taskId;
    }
}
