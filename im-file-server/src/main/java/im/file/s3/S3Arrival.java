package im.file.s3;

import com.google.common.hash.HashCode;
import im.file.store.Announcement;
import im.file.store.Arrival;
import im.file.store.PartialFile;
import im.file.store.PartialSlice;
import im.file.transfer.CommittedFile;
import im.file.transfer.FileTask;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * One file on its way into the bucket. Its parts are put while it still comes in, a few at a time. A part that cannot be put is tried
 * again when the next is complete, and last at the commit: whatever fails before that costs the uploader nothing.
 *
 * <p>Thread-safe; the work is done on the pool for uploads.
 */
final class S3Arrival implements Arrival {
    private static final Logger log = LoggerFactory.getLogger(S3Arrival.class);
    private static final int PARTS_AT_ONCE = 4;

    private final Announcement file;
    private final PartialFile partial;
    private final S3Files files;
    private final PartPlan plan;
    private final String key;

    /** Parts that are complete in the partial file, and not put. */
    private final ArrayDeque<Integer> waiting = new ArrayDeque<>();

    private final TreeMap<Integer, CompletedPart> put = new TreeMap<>();
    private Optional<String> upload = Optional.empty();
    private int complete;
    private int underWay;
    /** A part could not be put. */
    private boolean resting;

    private HashCode sha256;
    /** Present from when it is wanted. */
    private Optional<CompletableFuture<CommittedFile>> commit = Optional.empty();

    private boolean finishing;
    private boolean committed;
    private boolean undone;
    private boolean forgotten;

    S3Arrival(Announcement file, PartialFile partial, S3Files files) {
        this.file = file;
        this.partial = partial;
        this.files = files;
        this.plan = PartPlan.of(file.task().size());
        this.key = Keys.data(file.task());
    }

    @Override
    public synchronized void grew(long size) {
        reach(plan.partsWithin(size));
    }

    @Override
    public synchronized CompletableFuture<CommittedFile> commit(HashCode ofAll) {
        try {
            // The checksums are compared when the bytes are read again.
            partial.describe();
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<CommittedFile> wanted = new CompletableFuture<>();
        sha256 = ofAll;
        commit = Optional.of(wanted);
        resting = false;
        reach(plan.isWhole() ? 0 : plan.parts());
        return wanted;
    }

    private void reach(int parts) {
        while (complete < parts) {
            complete++;
            waiting.add(complete);
            resting = false;
        }
        proceed();
    }

    @Override
    public synchronized void undo() {
        undone = !committed;
        proceed();
    }

    /** Begins whatever can be done now. */
    private void proceed() {
        if (undone) {
            if (underWay == 0 && !committed && !forgotten) {
                forgotten = true;
                run(this::forget);
            }
            return;
        }
        // The first part begins the upload, the others need its name.
        while (!resting && !waiting.isEmpty() && underWay < (upload.isEmpty() ? 1 : PARTS_AT_ONCE)) {
            int part = waiting.remove();
            boolean atLast = commit.isPresent();
            run(() -> put(part, atLast));
        }
        if (commit.isPresent() && !finishing && underWay == 0 && waiting.isEmpty()) {
            finishing = true;
            run(this::finish);
        }
    }

    private void run(Runnable work) {
        underWay++;
        try {
            files.uploads().execute(() -> {
                try {
                    work.run();
                } finally {
                    ended();
                }
            });
        } catch (RejectedExecutionException e) {
            underWay--;
            resting = true;
            commit.ifPresent(wanted -> wanted.completeExceptionally(new IOException("the store is closed", e)));
        }
    }

    private synchronized void ended() {
        underWay--;
        proceed();
    }

    private void put(int part, boolean atLast) {
        try (PartialSlice slice = partial.slice(plan.offset(part), plan.length(part))) {
            int crc32c = slice.crc32c();
            CompletedPart done = files.bucket().put(key, begun(), part, slice::stream, slice.length(), crc32c);
            log.debug("{}: part {} of {} is in the bucket", task(), part, plan.parts());
            synchronized (this) {
                put.put(part, done);
            }
        } catch (IOException | RuntimeException e) {
            failed(part, atLast, e);
        }
    }

    private synchronized void failed(int part, boolean atLast, Exception why) {
        waiting.addFirst(part);
        resting = atLast || commit.isEmpty();
        if (!undone) {
            log.warn("{}: part {} of {} is tried again later: {}", task(), part, plan.parts(), why.toString());
        }
        if (atLast) {
            commit.ifPresent(wanted -> wanted.completeExceptionally(why));
        }
    }

    /** The name of the upload in parts. */
    private String begun() throws IOException {
        synchronized (this) {
            if (upload.isPresent()) {
                return upload.get();
            }
        }
        String name = files.bucket().begin(key);
        files.living().add(name);
        synchronized (this) {
            upload = Optional.of(name);
            proceed();
        }
        return name;
    }

    /**
     * What is there without a description is swept away when both it and its mark are old, so the mark goes first. Until the last step
     * nobody sees the file, and by then all of it is safe.
     */
    private void finish() {
        CompletableFuture<CommittedFile> wanted = commit.orElseThrow();
        try {
            files.mark(task().id());
            putData();
            long there = files.bucket().head(key).map(Bucket.Listed::size).orElse(-1L);
            if (there != task().size()) {
                throw new IOException(files.bucket() + " has " + there + " bytes of it, which has " + task().size());
            }
            CommittedFile stored = files.describe(file, sha256);
            synchronized (this) {
                committed = true;
                upload.ifPresent(files.living()::remove);
            }
            wanted.complete(stored);
        } catch (IOException | RuntimeException e) {
            wanted.completeExceptionally(e);
        }
    }

    private void putData() throws IOException {
        if (plan.isWhole()) {
            try (PartialSlice slice = partial.slice(0, task().size())) {
                files.bucket().put(key, slice::stream, slice.length(), slice.crc32c());
            }
        } else {
            List<CompletedPart> parts;
            synchronized (this) {
                parts = List.copyOf(put.values());
            }
            files.bucket().complete(key, begun(), parts);
        }
    }

    /** Takes back whatever is in the bucket; what cannot be now is swept away when it is old. */
    private void forget() {
        try {
            if (upload.isPresent()) {
                files.bucket().abort(key, upload.get());
            }
            if (finishing) {
                files.remove(task());
            }
        } catch (IOException | RuntimeException e) {
            log.warn("{}: some of it stays in the bucket for a while: {}", task(), e.toString());
        } finally {
            upload.ifPresent(files.living()::remove);
        }
    }

    private FileTask task() {
        return file.task();
    }
}
