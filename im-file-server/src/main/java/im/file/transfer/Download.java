package im.file.transfer;

import im.netlib.Block;
import im.netlib.Pdu;
import im.netlib.ProtocolViolation;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One receiver reading one stored file. Independent of any other download of the same file. It may start anywhere; when the
 * receiver has been sent everything from there to the end, the server says DONE and closes.
 *
 * <p>A receiver that takes the size of its next pull from the last block gets blocks that grow, from what it asks for to the largest
 * there are.
 */
public final class Download implements Participation {
    private static final Logger log = LoggerFactory.getLogger(Download.class);
    private static final long NOTHING_YET = -1;

    private final StoredFile file;
    private final FileTask task;
    private final Peer peer;
    private final int maxPullsInFlight;
    private final boolean grows;
    private final Executor loop;
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
     */
    public Download(StoredFile file, Peer peer, int maxPullsInFlight, boolean grows, Executor loop) {
        this.maxPullsInFlight = maxPullsInFlight;
        this.grows = grows;
        this.loop = loop;
        this.file = file;
        this.task = file.task();
        this.peer = peer;
    }

    /** Only the receiver that the sender named may have the file. */
    public static boolean admits(FileTask task, TransferRole role, long userId) {
        return role == TransferRole.DOWNLOADER && userId == task.to();
    }

    @Override
    public void onJoined() {
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
            finish("the file cannot be read");
        } else {
            answer(pull, length, piece);
            serve();
        }
    }

    private void answer(Pull pull, int length, ReferenceCounted piece) {
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
        finish("downloaded");
    }

    private void finish(String why) {
        over = true;
        file.close();
        peer.readFrom(true);
        peer.finish(why);
    }

    @Override
    public void onState(Pdu pdu, FileState said) {
        if (!over && said != FileState.PEER_READY) {
            log.info("{}: the receiver says {}", task, said);
            finish("the receiver has enough");
        }
    }

    @Override
    public void onWritabilityChanged(boolean writable) {
        serve();
    }

    @Override
    public void onGone() {
        if (!over) {
            over = true;
            file.close();
            log.info("{}: the receiver left after {} bytes", task, Math.max(0, sentUpTo));
        }
    }
}
