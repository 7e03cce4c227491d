package im.file.transfer;

import im.netlib.Block;
import im.netlib.Pdu;
import im.netlib.ProtocolViolation;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One receiver reading one stored file. Independent of any other download of the same file. It may start anywhere; when the
 * receiver has been sent everything from there to the end, the server says DONE and closes.
 *
 * <p>A receiver that takes the size of its next pull from the last block gets blocks that grow, from what it asks for to the largest
 * there are.
 */
public final class Download implements Participation, Ongoing {
    private static final Logger log = LoggerFactory.getLogger(Download.class);
    private static final long NOTHING_YET = -1;

    private final StoredFile file;
    private final FileTask task;
    private final Peer peer;
    private final int maxPullsInFlight;
    private final boolean grows;
    private final ShardClock clock;
    private final TransferMeters meters;
    private final Executor loop;
    private final Consumer<Download> onOver;
    private final long since;
    private long lastActivity;
    private final ArrayDeque<Pull> waiting = new ArrayDeque<>();
    private long sentUpTo = NOTHING_YET;
    private int lastLength;
    /** A piece of the file is on its way from the store. */
    private boolean fetching;

    private boolean over;

    /**
     * @param file open; closed here
     * @param maxPullsInFlight how many pulls may wait while the receiver reads slowly
     * @param grows whether a block may be longer than the receiver asked for
     * @param loop brings pieces of the file to the event loop
     * @param onOver told once, when this download has ended
     */
    public Download(
            StoredFile file,
            Peer peer,
            int maxPullsInFlight,
            boolean grows,
            ShardClock clock,
            TransferMeters meters,
            Executor loop,
            Consumer<Download> onOver) {
        this.maxPullsInFlight = maxPullsInFlight;
        this.grows = grows;
        this.clock = clock;
        this.meters = meters;
        this.loop = loop;
        this.onOver = onOver;
        this.since = clock.nanoTime();
        this.lastActivity = since;
        this.file = file;
        this.task = file.task();
        this.peer = peer;
    }

    /** Only the receiver that the sender named may have the file; of a file for a group others know who may. */
    public static boolean admits(FileTask task, TransferRole role, long userId) {
        return role == TransferRole.DOWNLOADER && (task.isForGroup() || userId == task.to());
    }

    @Override
    public FileTask task() {
        return task;
    }

    @Override
    public TransferMode mode() {
        return TransferMode.DOWNLOAD;
    }

    @Override
    public Phase phase() {
        return Phase.RUNNING;
    }

    @Override
    public long bytesDone() {
        return Math.max(0, sentUpTo);
    }

    @Override
    public long since() {
        return since;
    }

    @Override
    public long lastActivity() {
        return lastActivity;
    }

    @Override
    public void onJoined() {
        meters.started();
        log.info("{}: download begins", task);
        if (task.size() == 0) {
            done();
        }
    }

    @Override
    public void onPull(Pdu pdu, Pull pull) {
        if (over) {
            return;
        }
        lastActivity = clock.nanoTime();
        if (pull.offset() >= task.size() || pull.length() <= 0) {
            peer.refuse(pull);
            return;
        }
        if (waiting.size() >= maxPullsInFlight) {
            throw new ProtocolViolation("more than " + maxPullsInFlight + " pulls without an answer");
        }
        waiting.add(pull);
        serve();
    }

    /** Answers in order for as long as the receiver keeps up. */
    private void serve() {
        while (!over && !fetching && !waiting.isEmpty() && peer.isWritable()) {
            Pull pull = waiting.remove();
            int length = lengthFor(pull);
            CompletableFuture<ReferenceCounted> piece = file.piece(pull.offset(), length);
            if (piece.isDone() && !piece.isCompletedExceptionally()) {
                answer(pull, length, piece.join());
            } else {
                fetching = true;
                piece.whenComplete((fetched, failure) -> loop.execute(() -> {
                    fetching = false;
                    fetched(pull, length, fetched, failure);
                }));
            }
        }
        if (!over) {
            peer.readFrom(waiting.isEmpty());
        }
    }

    private void fetched(Pull pull, int length, ReferenceCounted piece, Throwable failure) {
        if (over) {
            ReferenceCountUtil.release(piece);
        } else if (failure != null) {
            log.error("{}: the store cannot read it: {}", task, failure.toString());
            peer.tell(FileState.CANCEL, task.from(), "the server cannot read the file");
            finish(End.STORE, "the file cannot be read");
        } else {
            answer(pull, length, piece);
            serve();
        }
    }

    private void answer(Pull pull, int length, ReferenceCounted piece) {
        if (sentUpTo == NOTHING_YET && pull.offset() > 0) {
            meters.resumed();
        }
        if (sentUpTo == NOTHING_YET || pull.offset() <= sentUpTo) {
            sentUpTo = Math.max(sentUpTo, pull.offset() + length);
        }
        peer.serve(pull, length, piece);
        if (sentUpTo == task.size()) {
            done();
        }
    }

    private int lengthFor(Pull pull) {
        int wanted = grows ? Math.max(pull.length(), 2 * lastLength) : pull.length();
        lastLength = task.clamp(pull.offset(), Math.min(wanted, Block.MAX_DATA_LENGTH));
        return lastLength;
    }

    private void done() {
        log.info("{}: downloaded", task);
        peer.tell(FileState.DONE, task.from());
        finish(End.DONE, "downloaded");
    }

    private void finish(End end, String why) {
        over(end);
        peer.readFrom(true);
        peer.finish(why);
    }

    private void over(End end) {
        over = true;
        meters.ended(end);
        file.close();
        onOver.accept(this);
    }

    @Override
    public void onState(Pdu pdu, FileState said) {
        if (!over && said != FileState.PEER_READY) {
            log.info("{}: the receiver says {}", task, said);
            finish(End.saidAs(said), "the receiver has enough");
        }
    }

    @Override
    public void onWritabilityChanged(boolean writable) {
        serve();
    }

    @Override
    public void onGone() {
        if (!over) {
            over(End.VANISHED);
            log.info("{}: the receiver left after {} bytes", task, Math.max(0, sentUpTo));
        }
    }
}
