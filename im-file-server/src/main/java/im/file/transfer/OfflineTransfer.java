package im.file.transfer;

import im.netlib.Block;
import im.netlib.Pdu;
import io.netty.buffer.ByteBuf;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An upload into the store for a receiver who is away. The server drives: it pulls blocks in ascending order, as many at a time
 * as its {@link PullWindow} has room for, and says DONE when the file is safe on disk. Once stored, the file is the store's affair
 * and this transfer is over.
 */
public final class OfflineTransfer implements Transfer {
    private static final Logger log = LoggerFactory.getLogger(OfflineTransfer.class);

    private enum State {
        WAITING_UPLOADER,
        UPLOADING,
        COMMITTING,
        STORED,
        FAILED
    }

    private static final Map<State, Set<State>> SUCCESSORS = Map.of(
            State.WAITING_UPLOADER, EnumSet.of(State.UPLOADING, State.FAILED),
            State.UPLOADING, EnumSet.of(State.COMMITTING, State.FAILED),
            State.COMMITTING, EnumSet.of(State.STORED, State.FAILED),
            State.STORED, EnumSet.noneOf(State.class),
            State.FAILED, EnumSet.noneOf(State.class));

    private final FileTask task;
    private final TransferLimits limits;
    private final FileStore store;
    private final UploadBudget budget;
    private final ShardClock clock;
    private final Executor loop;
    private final Consumer<Transfer> onOver;
    private State state = State.WAITING_UPLOADER;
    private long lastActivity;
    private Upload current;

    /**
     * @param loop brings results of the store back to the event loop
     * @param onOver told once, when this transfer has ended
     */
    public OfflineTransfer(
            FileTask task,
            TransferLimits limits,
            FileStore store,
            UploadBudget budget,
            ShardClock clock,
            Executor loop,
            Consumer<Transfer> onOver) {
        this.task = task;
        this.limits = limits;
        this.store = store;
        this.budget = budget;
        this.clock = clock;
        this.loop = loop;
        this.onOver = onOver;
        touch();
    }

    @Override
    public FileTask task() {
        return task;
    }

    @Override
    public boolean admits(TransferRole role, long userId) {
        return role == TransferRole.UPLOADER && userId == task.from() && state == State.WAITING_UPLOADER;
    }

    @Override
    public Participation join(TransferRole role, Peer peer) {
        change(State.UPLOADING);
        touch();
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

    /** What is being committed is left to the store: its answer ends the transfer, late or not. */
    @Override
    public void expire() {
        if (state == State.UPLOADING) {
            current.fail("expired");
        } else if (state == State.WAITING_UPLOADER) {
            change(State.FAILED);
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
        private final PullWindow window;
        private FileStore.Incoming incoming;
        private boolean gone;

        Upload(Peer peer) {
            this.peer = peer;
            this.window = new PullWindow(0, task.size(), limits.blockLength(), limits.uploadWindow(), budget);
        }

        @Override
        public void onJoined() {
            then(store.create(task), created -> {
                incoming = created;
                if (state == State.FAILED) {
                    incoming.abandon();
                } else {
                    proceed();
                }
            });
        }

        private void proceed() {
            if (window.isWritten()) {
                change(State.COMMITTING);
                then(incoming.commit(), committed -> stored());
            } else {
                window.askFor(peer::pull);
            }
        }

        @Override
        public void onBlock(Pdu pdu, Block block) {
            touch();
            if (state != State.UPLOADING) {
                return;
            }
            int wanted = window.expectedAt(block.offset());
            if (block.resultCode() != 0) {
                fail("the uploader could not read its file: result " + block.resultCode());
                return;
            }
            BlockLength.check(block, wanted);
            window.received();
            append(block, wanted);
            window.askFor(peer::pull);
        }

        private void append(Block block, int length) {
            // A slice would keep the padding in memory, which nobody counts.
            boolean padded = block.dataLength() > length;
            ByteBuf data = padded ? block.data().copy(0, length) : block.data().retainedSlice();
            incoming.append(data)
                    .whenComplete((nothing, failure) -> loop.execute(() -> {
                        window.written(length);
                        if (failure != null) {
                            storeFailed(failure);
                        } else if (state == State.UPLOADING) {
                            proceed();
                        }
                    }));
        }

        private void stored() {
            change(State.STORED);
            log.info("{}: stored", task);
            onOver.accept(OfflineTransfer.this);
            if (!gone) {
                peer.tell(FileState.DONE, task.from());
                peer.finish("uploaded");
            }
        }

        private void fail(String why) {
            if (state == State.FAILED || state == State.STORED) {
                return;
            }
            change(State.FAILED);
            log.warn("{}: upload failed after {} bytes: {}", task, window.receivedUpTo(), why);
            window.close();
            if (incoming != null) {
                incoming.abandon();
            }
            onOver.accept(OfflineTransfer.this);
            if (!gone) {
                peer.tell(FileState.CANCEL, task.from());
                peer.finish("upload failed");
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
            fail("the store cannot take it: " + failure.getMessage());
        }

        @Override
        public void onState(Pdu pdu, FileState said) {
            if (said == FileState.CANCEL || said == FileState.REFUSE) {
                if (state == State.UPLOADING) {
                    fail("the uploader cancelled");
                }
            }
        }

        @Override
        public void onGone() {
            gone = true;
            if (state == State.UPLOADING) {
                fail("the uploader vanished");
            }
        }
    }
}
