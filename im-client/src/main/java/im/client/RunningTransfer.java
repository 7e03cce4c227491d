package im.client;

import com.google.common.util.concurrent.MoreExecutors;
import im.client.TransferException.Reason;
import im.netlib.Connection;
import im.proto.base.ClientFileState;
import im.proto.file.IMFileLoginRsp;
import im.proto.file.IMFileState;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What both directions share: getting into a task, giving up, standing still, going on after a break, the result. Everything but
 * the public methods happens on the client's event loop, everything with files, and their checksums, on {@link #onDisk}, in order.
 *
 * <p>What is stored or fetched is tried again when it breaks: a few times in a row, and anew whenever more of the file has moved
 * than ever before. Between users who are there nothing can be tried again: the other side has been told that it is over.
 */
abstract sealed class RunningTransfer implements Transfer, TaskConnection.Listener
        permits OutgoingTransfer, IncomingTransfer {
    private static final Logger log = LoggerFactory.getLogger(RunningTransfer.class);
    private static final Duration WATCH_EVERY = Duration.ofMillis(200);
    private static final int MAX_FAILURES = 8;

    /** What may be otherwise a little later. */
    private static final Set<Reason> PASSING =
            EnumSet.of(Reason.CONNECTION_LOST, Reason.STALLED, Reason.UNREACHABLE, Reason.REQUEST_REFUSED);

    private enum Phase {
        /** Nobody to tell yet. */
        STARTING,
        /** In the task; bytes move. */
        MOVING,
        /** Broken off, and about to start again. */
        PAUSING,
        /** Everything has moved; what is left is this side's own business. */
        FINISHING,
        ENDED
    }

    private enum Wish {
        GO_ON,
        /** It may go on another time, where that is possible. */
        STOP,
        CANCEL
    }

    private final MsgServerLink link;
    private final Executor disk;
    private final TransferListener listener;
    private final CompletableFuture<TransferResult> result = new CompletableFuture<>();
    private volatile String taskId;
    private TransferMode mode;
    private Phase phase = Phase.STARTING;
    private Wish wish = Wish.GO_ON;
    private TaskConnection connection;
    private boolean everIn;
    /** A file-server was there, so it may be there again. */
    private boolean everReached;

    private int failures;
    private long furthest;
    private long startedAt;
    private long movedAt;
    private Future<?> watch;

    /** @param mode how the file travels; null as long as that is not known */
    RunningTransfer(MsgServerLink link, Executor disk, TransferListener listener, TransferMode mode) {
        this.link = link;
        this.disk = MoreExecutors.newSequentialExecutor(disk);
        this.listener = listener;
        this.mode = mode;
    }

    /** Gets going. Any thread. */
    abstract void start();

    /** Instead of {@link #start}: the transfer has failed. */
    final Transfer neverStarted(String why) {
        result.completeExceptionally(new TransferException(Reason.CANCELLED, why));
        return this;
    }

    /** After a break: asks for a task anew. */
    abstract void startAgain();

    /** In the task: pulls may be sent or answered. */
    abstract void onLoggedIn(IMFileLoginRsp answer);

    /** Only while the transfer {@linkplain #isMoving moves}. */
    abstract void onTold(IMFileState state);

    /** How long nothing may move now. */
    abstract Duration patience();

    /** Whether the other side should hear of it when this side gives up. */
    abstract boolean tellsPeer(Reason why);

    /**
     * Frees what the transfer holds. On the disk threads, after everything else there; once.
     *
     * @param goesOn what is there is of use to another attempt
     */
    abstract void release(boolean goesOn) throws IOException;

    @Override
    public final CompletableFuture<TransferResult> result() {
        return result;
    }

    @Override
    public final Optional<String> taskId() {
        return Optional.ofNullable(taskId);
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

    /** Of the present attempt. */
    final TaskConnection connection() {
        return connection;
    }

    final boolean isMoving() {
        return phase == Phase.MOVING;
    }

    // The task

    final void join(TaskRole role, long size) {
        taskId = role.taskId();
        mode = role.mode();
        if (wish == Wish.GO_ON) {
            tell(to -> to.onStarted(role.taskId(), role.mode(), size));
        }
        new TaskLogin(link, role, new TaskLogin.Outcome() {
                    @Override
                    public void onLoggedIn(Connection joined, IMFileLoginRsp answer) {
                        connection = TaskConnection.over(
                                joined, link.options().silenceLimit(), role.taskId(), selfId(), RunningTransfer.this);
                        joined(answer);
                    }

                    @Override
                    public void onNoLogin(TransferException why) {
                        everReached |= why.reason() == Reason.CONNECTION_LOST;
                        fail(why);
                    }
                })
                .tryNext();
    }

    private void joined(IMFileLoginRsp answer) {
        if (phase == Phase.ENDED) {
            connection.leave();
            return;
        }
        phase = Phase.MOVING;
        everReached = true;
        movedAt = System.nanoTime();
        if (!everIn) {
            everIn = true;
            startedAt = movedAt;
        }
        watch = loop().scheduleAtFixedRate(
                        this::look, WATCH_EVERY.toMillis(), WATCH_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        log.debug("{}: logged in as {}", this, mode);
        if (wish == Wish.GO_ON) {
            onLoggedIn(answer);
        } else {
            giveUp(cancelled());
        }
    }

    @Override
    public final void onState(IMFileState state) {
        if (phase == Phase.MOVING) {
            onTold(state);
        }
    }

    @Override
    public final void onOffence(String what) {
        if (phase == Phase.MOVING) {
            failProtocol(what);
        }
    }

    @Override
    public final void onLost() {
        if (phase == Phase.MOVING) {
            fail(new TransferException(
                    Reason.CONNECTION_LOST, "the connection to the file-server ended in the middle of the transfer"));
        }
    }

    /** With the server's own words, if it has any. */
    static String because(String what, IMFileState state) {
        return state.hasResultString() ? what + ": " + state.getResultString() : what;
    }

    // Moving

    final void moved(long done, long total) {
        movedAt = System.nanoTime();
        if (done > furthest) {
            furthest = done;
            failures = 0;
        }
        tell(to -> to.onProgress(done, total));
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
        onDisk(work, done, () -> {});
    }

    /** The same, and then {@code rest} on the disk threads, for which {@code done} does not wait. */
    final void onDisk(DiskWork work, Runnable done, DiskWork rest) {
        disk.execute(() -> {
            try {
                work.run();
                loop().execute(done);
                rest.run();
            } catch (IOException | RuntimeException e) {
                loop().execute(() -> failLocally(e));
            }
        });
    }

    /** Work for the disk threads, as {@link #onDisk}, with pieces as they come. */
    final Batches toDisk(Batches.Work work, Consumer<List<Piece>> done) {
        return new Batches(disk, loop(), work, done, this::failLocally);
    }

    private void failLocally(Exception e) {
        giveUp(new TransferException(Reason.LOCAL_FILE, describe(e), e));
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
        if (e instanceof FileAlreadyExistsException there) {
            return "in the way, and no folder: " + there.getFile();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    // Breaks

    private boolean isWorthAnotherTry(TransferException why) {
        return everReached
                && mode == TransferMode.OFFLINE
                && wish == Wish.GO_ON
                && (phase == Phase.STARTING || phase == Phase.MOVING)
                && PASSING.contains(why.reason())
                && failures < MAX_FAILURES;
    }

    private void pause(TransferException why) {
        Duration pause = link.options().backoff().delay(failures++, ThreadLocalRandom.current());
        log.debug("{}: broke off, {}; goes on in {} ms", this, why.getMessage(), pause.toMillis());
        leaveAttempt(Phase.PAUSING);
        tell(to -> to.onRetry(why, pause));
        loop().schedule(this::goOn, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void goOn() {
        if (phase == Phase.PAUSING) {
            phase = Phase.STARTING;
            startAgain();
        }
    }

    /** What has come is of no use: once more, and not because anybody has failed. */
    final void startOver() {
        leaveAttempt(Phase.PAUSING);
        furthest = 0;
        goOn();
    }

    private void leaveAttempt(Phase next) {
        phase = next;
        if (watch != null) {
            watch.cancel(false);
        }
        if (connection != null) {
            connection.leave();
        }
    }

    // The end

    @Override
    public final void cancel() {
        loop().execute(() -> end(Wish.CANCEL));
    }

    /** As {@link #cancel}, for what must be over now and may go on another time. */
    final void stop() {
        loop().execute(() -> end(Wish.STOP));
    }

    private void end(Wish how) {
        wish = how;
        if (phase == Phase.MOVING || phase == Phase.PAUSING) {
            giveUp(cancelled());
        }
    }

    private TransferException cancelled() {
        boolean mayGoOn = wish == Wish.STOP && mode == TransferMode.OFFLINE;
        return new TransferException(Reason.CANCELLED, mayGoOn ? "stopped" : "cancelled");
    }

    /** True when {@link #cancel} came before there was anybody to tell: then the transfer has just failed. */
    final boolean failIfCancelled() {
        if (wish != Wish.GO_ON) {
            fail(cancelled());
        }
        return wish != Wish.GO_ON;
    }

    /** Whether the user wants it to be over for good. */
    final boolean isCancelled() {
        return wish == Wish.CANCEL;
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
        if ((phase == Phase.MOVING || phase == Phase.FINISHING) && tellsPeer(why.reason())) {
            connection.sendState(ClientFileState.CLIENT_FILE_CANCEL);
        }
        fail(why);
    }

    final void fail(TransferException why) {
        if (phase == Phase.ENDED) {
            return;
        }
        if (isWorthAnotherTry(why)) {
            pause(why);
            return;
        }
        TransferException reason = wish != Wish.GO_ON && why.reason() != Reason.CANCELLED ? cancelled() : why;
        log.debug("{}: failed, {}: {}", this, reason.reason(), reason.getMessage());
        leaveAttempt(Phase.ENDED);
        boolean useless = reason.reason() == Reason.PROTOCOL || reason.reason() == Reason.CORRUPT;
        releaseThen(
                mode == TransferMode.OFFLINE && !useless && !isCancelled(), () -> result.completeExceptionally(reason));
    }

    /** Everything has moved: from now on the file-server may end the connection. */
    final void finishing() {
        phase = Phase.FINISHING;
    }

    final void succeed(TransferResult success) {
        if (phase != Phase.ENDED) {
            log.debug("{}: done, {} bytes", this, success.bytes());
            leaveAttempt(Phase.ENDED);
            releaseThen(false, () -> result.complete(success));
        }
    }

    /** Since the first byte could move. */
    final Duration time() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    private void releaseThen(boolean goesOn, Runnable complete) {
        disk.execute(() -> {
            try {
                release(goesOn);
            } catch (IOException e) {
                log.warn("{}: {}", this, e.getMessage());
            }
            loop().execute(complete);
        });
    }

    /** Completes when the file-server connection is gone; at once when there is none. Event loop only. */
    final CompletableFuture<Void> disconnected() {
        return connection == null ? CompletableFuture.completedFuture(null) : connection.gone();
    }

    /** A listener that throws must not cost the transfer. */
    final void tell(Consumer<TransferListener> call) {
        try {
            call.accept(listener);
        } catch (RuntimeException e) {
            log.error("{}: a listener threw", this, e);
        }
    }

    @Override
    public String toString() {
        return "task " + taskId;
    }
}
