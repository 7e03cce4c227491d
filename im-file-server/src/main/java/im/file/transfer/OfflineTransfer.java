package im.file.transfer;

import im.netlib.Block;
import im.netlib.Pdu;
import im.netlib.ProtocolViolation;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An upload into the store for a receiver who is away. The server drives: it pulls block after block in ascending order, each
 * once, and says DONE when the file is safe on disk.
 *
 * <p>One block is in flight at a time: the next pull goes out when the one before is written. Once stored, the file is the
 * store's affair and this transfer is over.
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
            ShardClock clock,
            Executor loop,
            Consumer<Transfer> onOver) {
        this.task = task;
        this.limits = limits;
        this.store = store;
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
        private FileStore.Incoming incoming;
        /** The first byte that the uploader has not sent yet. */
        private long received;
        /** True while a pull is out, false while its block is on the way to the disk. */
        private boolean pulling;

        private boolean gone;

        Upload(Peer peer) {
            this.peer = peer;
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
            if (received == task.size()) {
                change(State.COMMITTING);
                then(incoming.commit(), committed -> stored());
            } else {
                pulling = true;
                peer.pull(received, task.clamp(received, limits.blockLength()));
            }
        }

        @Override
        public void onBlock(Pdu pdu, Block block) {
            touch();
            if (state != State.UPLOADING) {
                return;
            }
            if (!pulling || block.offset() != received) {
                throw new ProtocolViolation("a block at " + block.offset() + " that nobody asked for");
            }
            if (block.resultCode() != 0) {
                fail("the uploader could not read its file: result " + block.resultCode());
                return;
            }
            int wanted = task.clamp(received, limits.blockLength());
            BlockLength.check(block, wanted);
            pulling = false;
            received += wanted;
            then(incoming.append(block.data().retainedSlice(0, wanted)), written -> {
                if (state == State.UPLOADING) {
                    proceed();
                }
            });
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
            log.warn("{}: upload failed after {} bytes: {}", task, received, why);
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
                    fail("the store cannot take it: " + failure.getMessage());
                }
            }));
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
