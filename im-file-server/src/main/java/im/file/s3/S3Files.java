package im.file.s3;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.hash.HashCode;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import im.file.store.Announcement;
import im.file.store.Arrival;
import im.file.store.CommittedFiles;
import im.file.store.FileDescription;
import im.file.store.PartialFile;
import im.file.store.Usage;
import im.file.transfer.CommittedFile;
import im.file.transfer.FileTask;
import im.file.transfer.StoredFile;
import im.file.transfer.TaskId;
import im.server.token.TokenKey;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that are kept in a bucket, which several file-servers may share; {@link Keys} says as what. There is one exactly when its
 * description is there, which is put when all else is safe, and goes before all else. Thread-safe.
 */
public final class S3Files implements CommittedFiles {
    private static final Logger log = LoggerFactory.getLogger(S3Files.class);
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(10);

    /** Descriptions that are remembered, which never change: going through the store again asks for those of new files only. */
    private static final int REMEMBERED = 50_000;

    private final Bucket bucket;
    private final UUID id;
    private final InstantSource clock;
    private final ReadBuffers buffers;
    private final OpenFiles open = new OpenFiles();
    private final Cache<TaskId, CommittedFile> known =
            CacheBuilder.newBuilder().maximumSize(REMEMBERED).build();
    /** Uploads in parts that this process has under way. */
    private final Set<String> living = ConcurrentHashMap.newKeySet();

    private final ThreadPoolExecutor uploads;
    private final ThreadPoolExecutor calls;

    private S3Files(S3Settings settings, Bucket bucket, UUID id, InstantSource clock) {
        this.bucket = bucket;
        this.id = id;
        this.clock = clock;
        this.buffers = new ReadBuffers(settings.readBuffers());
        this.uploads = threads("s3-upload-%d", settings.uploadThreads());
        this.calls = threads("s3-%d", settings.readThreads());
    }

    private static ThreadPoolExecutor threads(String name, int count) {
        return new ThreadPoolExecutor(
                count,
                count,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new ThreadFactoryBuilder().setNameFormat(name).setDaemon(true).build());
    }

    /** @throws IOException when the bucket cannot be used */
    public static S3Files open(S3Settings settings) throws IOException {
        return open(settings, InstantSource.system());
    }

    static S3Files open(S3Settings settings, InstantSource clock) throws IOException {
        Bucket bucket = Bucket.open(settings);
        try {
            byte[] made = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
            String text = new String(bucket.putIfAbsent(Keys.ID, made), StandardCharsets.UTF_8).trim();
            S3Files files = new S3Files(settings, bucket, idOf(text, bucket), clock);
            log.info("files are kept in {}, under \"{}\"", bucket, settings.prefix());
            return files;
        } catch (IOException | RuntimeException e) {
            bucket.close();
            throw e;
        }
    }

    private static UUID idOf(String text, Bucket bucket) throws IOException {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new IOException(bucket + ": " + Keys.ID + " does not hold an id: " + text, e);
        }
    }

    /** Once. */
    public void meter(MeterRegistry meters) {
        meterWaiting(meters, "upload", uploads);
        meterWaiting(meters, "read", calls);
    }

    private static void meterWaiting(MeterRegistry meters, String threads, ThreadPoolExecutor pool) {
        Gauge.builder("im.s3.waiting", pool, all -> all.getQueue().size())
                .description("calls of S3 that wait for a thread")
                .tag("threads", threads)
                .register(meters);
    }

    /** Where {@link CommittedFiles} may block. */
    public Executor calls() {
        return calls;
    }

    @Override
    public UUID id() {
        return id;
    }

    @Override
    public TokenKey tokenKey() throws IOException {
        byte[] key = bucket.putIfAbsent(Keys.TOKEN_KEY, TokenKey.random().bytes());
        return TokenKey.of(key)
                .orElseThrow(() -> new IOException(bucket + ": " + Keys.TOKEN_KEY
                        + " does not hold a key: delete it, and tokens that clients have now are good no longer"));
    }

    // Coming in

    @Override
    public Arrival arrival(Announcement file, PartialFile partial) {
        return new S3Arrival(file, partial, this);
    }

    Bucket bucket() {
        return bucket;
    }

    ReadBuffers buffers() {
        return buffers;
    }

    Executor uploads() {
        return uploads;
    }

    Set<String> living() {
        return living;
    }

    void mark(TaskId file) throws IOException {
        bucket.put(Keys.mark(file), new byte[0]);
    }

    CommittedFile describe(Announcement file, HashCode sha256) throws IOException {
        CommittedFile stored = new CommittedFile(file.task(), sha256, clock.instant(), file.expiresAt());
        bucket.put(Keys.file(file.task().id()), FileDescription.of(stored).getBytes(StandardCharsets.UTF_8));
        return stored;
    }

    /** All that there may be of a file. */
    void remove(FileTask file) throws IOException {
        bucket.delete(Keys.file(file.id()));
        if (open.deleted(file.id())) {
            bucket.delete(Keys.data(file));
        }
        bucket.delete(Keys.mark(file.id()));
    }

    // Being there

    private Optional<CommittedFile> find(TaskId file) throws IOException {
        Optional<byte[]> description = bucket.get(Keys.file(file));
        return description.isEmpty()
                ? Optional.empty()
                : Optional.of(FileDescription.parse(
                        new String(description.get(), StandardCharsets.UTF_8),
                        Keys.forLogs(Keys.file(file)) + " in " + bucket));
    }

    @Override
    public Optional<StoredFile> open(TaskId file) throws IOException {
        open.opened(file);
        Optional<CommittedFile> found = Optional.empty();
        try {
            found = find(file);
        } finally {
            if (found.isEmpty()) {
                open.closed(file);
            }
        }
        return found.map(about -> new S3File(about, this));
    }

    CompletableFuture<Void> read(FileTask file, long offset, int length, byte[] into) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        inBackground(
                () -> {
                    try {
                        bucket.read(Keys.data(file), offset, length, into);
                        done.complete(null);
                    } catch (Throwable e) {
                        // An Error too: whoever waits must hear of it.
                        done.completeExceptionally(e);
                    }
                },
                done);
        return done;
    }

    private void inBackground(Runnable work, CompletableFuture<Void> done) {
        try {
            calls.execute(work);
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(new IOException("the store is closed", e));
        }
    }

    /** A reader has enough. */
    void closed(FileTask file) {
        if (open.closed(file.id())) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            inBackground(
                    () -> {
                        try {
                            bucket.delete(Keys.data(file));
                        } catch (IOException | RuntimeException e) {
                            log.warn("{}: its bytes stay in the bucket for a while: {}", file, e.toString());
                        }
                    },
                    done);
        }
    }

    @Override
    public Optional<CommittedFile> delete(TaskId file) throws IOException {
        Optional<CommittedFile> found = find(file);
        if (found.isPresent()) {
            remove(found.get().task());
            known.invalidate(file);
        }
        return found;
    }

    @Override
    public void markRecorded(TaskId file) throws IOException {
        bucket.delete(Keys.mark(file));
    }

    @Override
    public List<CommittedFile> list(Optional<TaskId> after, int max) throws IOException {
        return page(Keys.FILES, after.map(Keys::file), max);
    }

    @Override
    public List<CommittedFile> unrecorded(Optional<TaskId> after, int max) throws IOException {
        return page(Keys.MARKS, after.map(Keys::mark), max);
    }

    /** The files that are named by objects whose keys begin so. */
    private List<CommittedFile> page(String beginning, Optional<String> after, int max) throws IOException {
        List<CommittedFile> page = new ArrayList<>();
        Bucket.Listing all = bucket.list(beginning, after, max);
        while (page.size() < max) {
            Optional<Bucket.Listed> next = all.next();
            if (next.isEmpty()) {
                break;
            }
            Optional<TaskId> file = Keys.taskOf(next.get().key());
            if (file.isPresent()) {
                described(file.get(), beginning.equals(Keys.FILES)).ifPresent(page::add);
            }
        }
        return page;
    }

    /** @param sure that there is a description, so that one that is remembered will do */
    private Optional<CommittedFile> described(TaskId file, boolean sure) {
        Optional<CommittedFile> found = sure ? Optional.ofNullable(known.getIfPresent(file)) : Optional.empty();
        if (found.isPresent()) {
            return found;
        }
        try {
            found = find(file);
            found.ifPresent(about -> known.put(file, about));
        } catch (IOException e) {
            log.error("{}: its description cannot be read: {}", file, e.toString());
        }
        return found;
    }

    // From time to time

    private interface Visit {
        void data(Bucket.Listed object, TaskId file, boolean described) throws IOException;
    }

    /** Goes through bytes and descriptions side by side, since both are in the order of the ids. */
    private void goThroughData(Visit visit) throws IOException {
        Bucket.Listing descriptions = bucket.list(Keys.FILES);
        Bucket.Listing all = bucket.list(Keys.DATA);
        Optional<Bucket.Listed> description = descriptions.next();
        for (Optional<Bucket.Listed> data = all.next(); data.isPresent(); data = all.next()) {
            Optional<TaskId> file = Keys.taskOf(data.get().key());
            if (file.isPresent()) {
                String wanted = Keys.file(file.get());
                while (description.isPresent() && description.get().key().compareTo(wanted) < 0) {
                    description = descriptions.next();
                }
                boolean described =
                        description.filter(one -> one.key().equals(wanted)).isPresent();
                visit.data(data.get(), file.get(), described);
            }
        }
    }

    @Override
    public void dropRemains(Instant before) throws IOException {
        for (Bucket.Unfinished upload : bucket.unfinished(Keys.DATA)) {
            if (upload.newest().isBefore(before) && !living.contains(upload.upload())) {
                bucket.abort(upload.key(), upload.upload());
                log.info("{}: an upload that nobody went on with is aborted", Keys.forLogs(upload.key()));
            }
        }
        goThroughData((data, file, described) -> {
            if (!described && data.modified().isBefore(before) && isNobodys(file, before)) {
                bucket.delete(data.key());
                log.info("{}: bytes without a description are deleted", Keys.forLogs(data.key()));
            }
        });
        Bucket.Listing marks = bucket.list(Keys.MARKS);
        for (Optional<Bucket.Listed> mark = marks.next(); mark.isPresent(); mark = marks.next()) {
            Optional<TaskId> file = Keys.taskOf(mark.get().key());
            if (file.isPresent()
                    && mark.get().modified().isBefore(before)
                    && bucket.head(Keys.file(file.get())).isEmpty()) {
                bucket.delete(mark.get().key());
            }
        }
    }

    /**
     * Bytes may be older than their file, since they count from when the first of them came. But a commit marks the file just before its
     * bytes can be seen; and a mark that was taken away again was that of a file that had its description.
     */
    private boolean isNobodys(TaskId file, Instant before) throws IOException {
        Optional<Bucket.Listed> mark = bucket.head(Keys.mark(file));
        return mark.filter(it -> !it.modified().isBefore(before)).isEmpty()
                && bucket.head(Keys.file(file)).isEmpty();
    }

    @Override
    public void count(Usage usage) throws IOException {
        long[] changes = new long[Usage.SHARDS];
        List<Map<Long, Long>> shards = new ArrayList<>();
        for (int shard = 0; shard < Usage.SHARDS; shard++) {
            changes[shard] = usage.changesOf(shard);
            shards.add(new HashMap<>());
        }
        goThroughData((data, file, described) -> {
            if (described) {
                shards.get(Usage.pieceOf(file)).merge(Keys.senderOf(data.key()), data.size(), Long::sum);
            }
        });
        for (int shard = 0; shard < Usage.SHARDS; shard++) {
            usage.counted(shard, shards.get(shard), changes[shard]);
        }
    }

    /** Waits a little for what is under way; what does not get to its end is as if the process had died. */
    @Override
    public void close() {
        uploads.shutdown();
        calls.shutdown();
        try {
            long deadline = System.nanoTime() + CLOSE_DEADLINE.toNanos();
            for (ExecutorService each : List.of(uploads, calls)) {
                if (!each.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    log.warn("{}: calls have not ended within {}", bucket, CLOSE_DEADLINE);
                    each.shutdownNow();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        bucket.close();
    }
}
