package im.client;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Work of one kind with pieces of a file, on another thread and in order. What has come while that was busy it takes all at once: a hop
 * from thread to thread costs as much as some of the work. Used on the event loop, where the end of the work is told too.
 */
final class Batches {
    /** Little enough to stay in the cache of a processor, and to tell of progress in between. */
    private static final int MOST = 4;

    interface Work {
        void run(List<Piece> batch) throws IOException;
    }

    private final Executor worker;
    private final Executor loop;
    private final Work work;
    private final Consumer<List<Piece>> done;
    private final Consumer<Exception> failed;

    private final Queue<Piece> waiting = new ArrayDeque<>();
    private boolean busy;
    private boolean broken;

    /**
     * @param worker does what it is given in order
     * @param done told, on the loop, which pieces the work was done with; their bytes are gone
     * @param failed told once, on the loop, that the work could not be done; nothing is done afterwards
     */
    Batches(Executor worker, Executor loop, Work work, Consumer<List<Piece>> done, Consumer<Exception> failed) {
        this.worker = worker;
        this.loop = loop;
        this.work = work;
        this.done = done;
        this.failed = failed;
    }

    /** The piece is given away. The work is done with it before anything that the worker is given later. */
    void add(Piece piece) {
        boolean wasBusy;
        synchronized (waiting) {
            waiting.add(piece);
            wasBusy = busy;
            busy = true;
        }
        if (!wasBusy) {
            worker.execute(this::runAll);
        }
    }

    private void runAll() {
        for (List<Piece> batch = next(); !batch.isEmpty(); batch = next()) {
            run(batch);
        }
    }

    private List<Piece> next() {
        synchronized (waiting) {
            List<Piece> batch = new ArrayList<>(MOST);
            while (batch.size() < MOST && !waiting.isEmpty()) {
                batch.add(waiting.remove());
            }
            busy = !batch.isEmpty();
            return batch;
        }
    }

    private void run(List<Piece> batch) {
        try {
            if (broken) {
                return;
            }
            work.run(batch);
        } catch (IOException | RuntimeException e) {
            broken = true;
            tell(() -> failed.accept(e));
            return;
        } finally {
            batch.forEach(Piece::release);
        }
        tell(() -> done.accept(batch));
    }

    /** The loop of a client that was closed is gone, and with it whoever wanted to know. */
    private void tell(Runnable what) {
        try {
            loop.execute(what);
        } catch (RejectedExecutionException e) {
            broken = true;
        }
    }
}
