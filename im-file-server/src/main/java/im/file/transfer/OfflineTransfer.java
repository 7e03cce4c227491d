package im.file.transfer;

import im.netlib.Block;
import im.netlib.Pdu;
import im.netlib.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An upload into the store for a receiver who is away. The server drives: it pulls blocks in ascending order, as many at a time
 * as its {@link PullWindow} has room for, and says DONE when the file is safe on disk and recorded. Once stored, the file is the
 * store's affair: an uploader that does not wait until it is recorded loses nothing but the word.
 *
 * <p>Where an earlier upload of the same file broke off, it goes on from the last block that is there, which is asked for again and
 * has to come as it did then. A client need not know: it answers pulls in ascending order. An uploader that did not get the word
 * gets it this way when it sends its file once more, and the file is there once.
 */
public final class OfflineTransfer implements Transfer {
    private static final Logger log = LoggerFactory.getLogger(OfflineTransfer.class);

    /** What the store gets at a time: little enough to stay in the cache of a processor between being hashed and being written. */
    private static final int STORE_AT_ONCE = 512 << 10;

    private static final String STORE_FAILURE = "the server cannot store it";

    private enum State {
        WAITING_UPLOADER,
        UPLOADING,
        COMMITTING,
        RECORDING,
        STORED,
        FAILED
    }

    private static final Map<State, Set<State>> SUCCESSORS = Map.of(
            State.WAITING_UPLOADER, EnumSet.of(State.UPLOADING, State.FAILED),
            State.UPLOADING, EnumSet.of(State.COMMITTING, State.FAILED),
            State.COMMITTING, EnumSet.of(State.RECORDING, State.FAILED),
            State.RECORDING, EnumSet.of(State.STORED),
            State.STORED, EnumSet.noneOf(State.class),
            State.FAILED, EnumSet.noneOf(State.class));

    private final FileTask task;
    private final TransferLimits limits;
    private final FileStore.Reservation room;
    private final Records records;
    private final UploadBudget budget;
    private final ShardClock clock;
    private final TransferMeters meters;
    private final RoundTrip roundTrip;
    private final long since;
    private final Executor loop;
    private final Consumer<Transfer> onOver;
    private State state = State.WAITING_UPLOADER;
    private long lastActivity;
    private Upload current;

    /**
     * @param room for the file; taken or released here
     * @param loop brings results of the store back to the event loop
     * @param onOver told once, when this transfer has ended
     */
    public OfflineTransfer(
            FileTask task,
            TransferLimits limits,
            FileStore.Reservation room,
            Records records,
            UploadBudget budget,
            ShardClock clock,
            TransferMeters meters,
            Executor loop,
            Consumer<Transfer> onOver) {
        this.task = task;
        this.limits = limits;
        this.room = room;
        this.records = records;
        this.budget = budget;
        this.clock = clock;
        this.meters = meters;
        this.roundTrip = meters.roundTrip(clock);
        this.since = clock.nanoTime();
        this.loop = loop;
        this.onOver = onOver;
        touch();
    }

    @Override
    public FileTask task() {
        return task;
    }

    @Override
    public TransferMode mode() {
        return TransferMode.UPLOAD;
    }

    @Override
    public Phase phase() {
        return switch (state) {
            case WAITING_UPLOADER -> Phase.WAITING;
            case UPLOADING -> Phase.RUNNING;
            case COMMITTING -> Phase.COMMITTING;
            case RECORDING -> Phase.RECORDING;
            case STORED, FAILED -> Phase.ENDED;
        };
    }

    @Override
    public long bytesDone() {
        return current == null || current.window == null ? 0 : current.window.receivedUpTo();
    }

    @Override
    public long since() {
        return since;
    }

    @Override
    public boolean admits(TransferRole role, long userId) {
        return role == TransferRole.UPLOADER && userId == task.from() && state == State.WAITING_UPLOADER;
    }

    @Override
    public Participation join(TransferRole role, Peer peer) {
        change(State.UPLOADING);
        touch();
        meters.started();
        log.info("{}: upload begins", task);
        current = new Upload(peer);
        return current;
    }

    /** Nobody waits for the uploader, who may come with another client. */
    @Override
    public void cannotTake(TransferRole role, String why) {}

    @Override
    public long lastActivity() {
        return lastActivity;
    }

    /** What is being checked, committed or recorded ends by itself, late or not. */
    @Override
    public void expire() {
        if (state == State.UPLOADING && current.window != null) {
            current.breakOff(End.EXPIRED, "expired");
        } else if (state == State.WAITING_UPLOADER) {
            change(State.FAILED);
            meters.ended(End.EXPIRED);
            room.release();
            log.info("{}: expired before the uploader came", task);
            onOver.accept(this);
        }
    }

    private void touch() {
        lastActivity = clock.nanoTime();
    }

    private void change(State next) {
        if (!SUCCESSORS.get(state).contains(next)) {
            throw new IllegalStateException(task + ": " + state + " -> " + next);
        }
        state = next;
    }

    /** The one connection that uploads. */
    private final class Upload implements Participation {
        private final Peer peer;
        /** Null until the store has it ready. */
        private FileStore.Incoming incoming;
        /** Null as long as the store prepares the file or checks what is there of it. */
        private PullWindow window;
        /** What the first block has to be when an earlier upload is continued; empty when there is nothing to compare. */
        private ByteBuf known = Unpooled.EMPTY_BUFFER;

        /** What has come while the store was busy with what came before. */
        private final ArrayDeque<ByteBuf> arrived = new ArrayDeque<>();

        private boolean appending;
        private long committingSince;

        private CompletableFuture<Void> recorded;
        private Runnable endWait = () -> {};
        private boolean left;
        private boolean saidDone;
        private boolean gone;

        Upload(Peer peer) {
            this.peer = peer;
        }

        @Override
        public void onJoined() {
            then(room.begin(), begun -> {
                incoming = begun;
                if (state == State.UPLOADING) {
                    if (incoming.committed() == 0) {
                        start(0);
                    } else {
                        goOn();
                    }
                }
            });
        }

        private void start(long from) {
            touch();
            window = new PullWindow(from, task.size(), limits.blockLength(), limits.uploadWindow(), budget);
            proceed();
        }

        /** The last block that is there is asked for once more, since the file may have changed since. */
        private void goOn() {
            long committed = incoming.committed();
            int length = (int) Math.min(limits.blockLength(), committed);
            meters.resumed();
            log.info("{}: {} bytes are there from an earlier upload", task, committed);
            then(incoming.read(committed - length, length), read -> {
                if (state == State.FAILED) {
                    read.release();
                } else {
                    known = read;
                    start(committed - length);
                }
            });
        }

        private void proceed() {
            if (window.isWritten()) {
                change(State.COMMITTING);
                committingSince = clock.nanoTime();
                then(incoming.commit(), this::record);
            } else {
                window.askFor(this::pull);
            }
        }

        private void pull(long offset, int length) {
            roundTrip.asked(offset);
            peer.pull(offset, length);
        }

        @Override
        public void onBlock(Pdu pdu, Block block) {
            touch();
            if (state != State.UPLOADING) {
                return;
            }
            if (window == null) {
                throw new ProtocolViolation("a block before any was asked for");
            }
            int wanted = window.expectedAt(block.offset());
            roundTrip.came(block.offset());
            if (block.resultCode() != 0) {
                breakOff(End.UNREADABLE, "the uploader could not read its file: result " + block.resultCode());
                return;
            }
            BlockLength.check(block, wanted);
            window.received();
            if (known.isReadable()) {
                compare(block.data().slice(0, wanted));
            } else {
                append(block, wanted);
                window.askFor(this::pull);
            }
        }

        private void compare(ByteBuf again) {
            window.written(again.readableBytes());
            if (known.equals(again)) {
                forgetKnown();
                proceed();
            } else {
                drop(End.CHANGED, "the file has changed since the upload that broke off; send it once more");
            }
        }

        private void forgetKnown() {
            known.release();
            known = Unpooled.EMPTY_BUFFER;
        }

        private void append(Block block, int length) {
            // A slice would keep the padding in memory, which nobody counts.
            boolean padded = block.dataLength() > length;
            arrived.add(padded ? block.data().copy(0, length) : block.data().retainedSlice());
            if (!appending) {
                appendArrived();
            }
        }

        /** One hop to the store and one back, for many blocks if many have come. */
        private void appendArrived() {
            List<ByteBuf> blocks = new ArrayList<>();
            int length = 0;
            while (!arrived.isEmpty() && length < STORE_AT_ONCE) {
                blocks.add(arrived.remove());
                length += blocks.get(blocks.size() - 1).readableBytes();
            }
            append(Unpooled.wrappedBuffer(blocks.size(), blocks.toArray(ByteBuf[]::new)));
        }

        private void append(ByteBuf bytes) {
            int length = bytes.readableBytes();
            appending = true;
            incoming.append(bytes)
                    .whenComplete((nothing, failure) -> loop.execute(() -> {
                        appending = false;
                        window.written(length);
                        if (failure != null) {
                            storeFailed(failure);
                        } else if (state == State.UPLOADING) {
                            if (!arrived.isEmpty()) {
                                appendArrived();
                            }
                            proceed();
                        }
                    }));
        }

        private void forgetArrived() {
            arrived.forEach(bytes -> {
                window.written(bytes.readableBytes());
                bytes.release();
            });
            arrived.clear();
        }

        private void record(CommittedFile file) {
            change(State.RECORDING);
            meters.committed(Duration.ofNanos(clock.nanoTime() - committingSince));
            log.info("{}: stored", file.task());
            recorded = records.record(file);
            recorded.whenComplete((nothing, failure) -> loop.execute(() -> {
                if (state == State.RECORDING) {
                    if (failure == null) {
                        done();
                    } else {
                        // Sent again, it may be recorded under another id.
                        leave(FileStore.Incoming::conclude);
                        stopWaiting("it is stored, but its receiver cannot be told");
                    }
                }
            }));
            if (gone) {
                stopWaiting("the uploader is gone");
            } else {
                endWait = clock.after(limits.recordWait(), this::waitedTooLong);
            }
        }

        private void done() {
            endWait.run();
            change(State.STORED);
            meters.ended(End.DONE);
            saidDone = true;
            onOver.accept(OfflineTransfer.this);
            peer.tell(FileState.DONE, task.from());
            peer.finish("uploaded");
        }

        private void waitedTooLong() {
            if (state == State.RECORDING) {
                leave(FileStore.Incoming::suspend);
                stopWaiting("it is stored, and its receiver will be told, but nobody can confirm that now");
            }
        }

        private void stopWaiting(String why) {
            endWait.run();
            change(State.STORED);
            meters.ended(End.UNCONFIRMED);
            recorded.cancel(false);
            log.warn("{}: its uploader does not hear that it is done: {}", task, why);
            onOver.accept(OfflineTransfer.this);
            if (!gone) {
                peer.tell(FileState.CANCEL, task.from(), why);
                peer.finish("not recorded");
            }
        }

        /** Ends in the middle; what has come may be continued. */
        private void breakOff(End end, String why) {
            if (state == State.UPLOADING) {
                while (!arrived.isEmpty()) {
                    appendArrived();
                }
            }
            fail(end, why, FileStore.Incoming::suspend);
        }

        /** Ends for good. */
        private void drop(End end, String why) {
            fail(end, why, FileStore.Incoming::abandon);
        }

        private void fail(End end, String why, Function<FileStore.Incoming, CompletableFuture<Void>> how) {
            if (state == State.FAILED || state == State.STORED) {
                return;
            }
            change(State.FAILED);
            meters.ended(end);
            log.warn("{}: upload failed{}: {}", task, window == null ? "" : " at " + window.receivedUpTo(), why);
            forgetKnown();
            forgetArrived();
            if (window != null) {
                window.close();
            }
            if (incoming == null) {
                // Already now, so that whoever sends the file again at once waits for it.
                room.leave(how);
            } else {
                leave(how);
            }
            onOver.accept(OfflineTransfer.this);
            if (!gone) {
                peer.tell(FileState.CANCEL, task.from(), why);
                peer.finish("upload failed");
            }
        }

        /** The store may hear of it before it has done what it was asked for last. */
        private void leave(Function<FileStore.Incoming, CompletableFuture<Void>> how) {
            if (!left) {
                left = true;
                how.apply(incoming);
            }
        }

        /** Goes on, on the event loop, when the store has done its part, or fails the upload when it could not. */
        private <T> void then(CompletableFuture<T> step, Consumer<T> next) {
            step.whenComplete((result, failure) -> loop.execute(() -> {
                if (failure == null) {
                    next.accept(result);
                } else {
                    storeFailed(failure);
                }
            }));
        }

        private void storeFailed(Throwable failure) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof WrongContent) {
                drop(End.CHANGED, cause.getMessage());
                return;
            }
            log.error("{}: the store cannot take it: {}", task, cause.toString());
            breakOff(End.STORE, STORE_FAILURE);
        }

        @Override
        public void onState(Pdu pdu, FileState said) {
            if (said == FileState.CANCEL || said == FileState.REFUSE) {
                if (state == State.UPLOADING) {
                    drop(End.saidAs(said), "the uploader cancelled");
                }
            }
        }

        @Override
        public void onGone() {
            gone = true;
            if (state == State.UPLOADING) {
                breakOff(End.VANISHED, "the uploader vanished");
            } else if (state == State.COMMITTING) {
                // Already now, so that whoever sends the file again at once waits for it.
                leave(FileStore.Incoming::suspend);
            } else if (state == State.RECORDING) {
                leave(FileStore.Incoming::suspend);
                stopWaiting("the uploader is gone");
            } else if (saidDone) {
                if (peer.tookEverything()) {
                    leave(FileStore.Incoming::conclude);
                } else {
                    log.warn("{}: its uploader may not have heard that it is done", task);
                    leave(FileStore.Incoming::suspend);
                }
            }
        }
    }
}
