package im.file.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.file.store.DiskStore;
import im.file.store.StoreFixture;
import im.file.store.StoreSettings;
import im.file.transfer.CommittedFile;
import im.file.transfer.FileStore;
import im.file.transfer.FileStoreContract;
import im.file.transfer.FileTask;
import im.file.transfer.NoRoom;
import im.file.transfer.StoredFile;
import im.file.transfer.TaskId;
import im.testkit.Eventually;
import im.testkit.FaultProxy;
import im.testkit.FaultProxy.Direction;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class S3StoreIT extends FileStoreContract {
    private static final Duration A_DAY = Duration.ofDays(1);

    /** Of a file of three parts, the last of which is short. */
    private static final int SIZE = (int) (2 * PartPlan.SMALLEST) + 700_000;

    @TempDir
    static Path buckets;

    private static S3Server server;

    @TempDir
    Path folder;

    private final List<DiskStore> opened = new ArrayList<>();
    private final Instant now = Instant.now();
    private FaultProxy network;
    /** The bucket without the network that fails. */
    private Bucket past;

    private S3Files files;
    private DiskStore store;

    @BeforeAll
    static void startServer() throws IOException {
        server = new S3Server(buckets);
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @BeforeEach
    void open() throws IOException {
        server.startAnew();
        network = FaultProxy.to(server.address());
        past = Bucket.open(server.settings(server.address()));
        store = another("one");
    }

    /** A file-server's store with a folder of its own. */
    private DiskStore another(String name) throws IOException {
        files = S3Files.open(server.settings(network.address()), () -> now);
        return another(StoreFixture.settings(folder.resolve(name)));
    }

    private DiskStore another(StoreSettings settings) throws IOException {
        DiskStore another = DiskStore.open(settings, files, files.calls(), () -> now);
        opened.add(another);
        return another;
    }

    @AfterEach
    void close() throws IOException {
        network.heal();
        for (DiskStore each : opened) {
            each.close();
        }
        past.close();
        network.close();
    }

    @Override
    protected FileStore store() {
        return store;
    }

    private static byte[] inBlocks(StoredFile file, int block) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int size = (int) file.task().size();
        for (int at = 0; at < size; at += block) {
            ByteBuf piece = (ByteBuf) get(file.piece(at, Math.min(block, size - at)));
            all.writeBytes(ByteBufUtil.getBytes(piece));
            piece.release();
        }
        return all.toByteArray();
    }

    private void assertStored(byte[] content, CommittedFile file) throws Exception {
        assertThat(file.sha256()).isEqualTo(sha256(content));
        assertThat(contentOf(file.task().id())).isEqualTo(content);
        assertThat(keys())
                .containsExactly(
                        Keys.data(file.task()),
                        Keys.file(file.task().id()),
                        Keys.ID,
                        Keys.mark(file.task().id()));
    }

    /** Of all objects. */
    private List<String> keys() throws IOException {
        Bucket.Listing all = past.list("");
        List<String> keys = new ArrayList<>();
        for (Optional<Bucket.Listed> next = all.next(); next.isPresent(); next = all.next()) {
            keys.add(next.get().key());
        }
        return keys;
    }

    /** There is no event for this; the test's time limit ends it. */
    @Test
    void theFilesOfOneServerAreThereForTheOthers() throws Exception {
        DiskStore first = store;
        byte[] content = content(SIZE);
        CommittedFile file = stored(content);
        store = another("other");
        assertThat(store.id()).isEqualTo(first.id());
        assertThat(store.tokenKey().bytes()).isEqualTo(first.tokenKey().bytes());
        assertThat(contentOf(file.task().id())).isEqualTo(content);
        assertThat(get(store.unrecorded(Optional.empty(), 10))).containsExactly(file);
        get(store.delete(file.task().id()));
        assertThat(get(first.open(file.task().id()))).isEmpty();
        assertThat(keys()).containsExactly(Keys.ID, Keys.TOKEN_KEY);
    }

    // Coming in.

    @Test
    void partsAreInTheBucketBeforeTheFileIsWhole() throws Exception {
        byte[] content = content(SIZE);
        FileStore.Incoming incoming = begin(task(SIZE));
        append(incoming, content, 0, PartPlan.SMALLEST + 1);
        Eventually.until("a part is under way", () -> network.passed(Direction.TO_TARGET) > PartPlan.SMALLEST);
        append(incoming, content, PartPlan.SMALLEST + 1, SIZE);
        assertStored(content, get(incoming.commit()));
    }

    @Test
    void aPartThatIsCutOffIsTriedAgain() throws Exception {
        byte[] content = content(SIZE);
        FileStore.Incoming incoming = begin(task(SIZE));
        network.breakAfter(Direction.TO_TARGET, PartPlan.SMALLEST / 2);
        append(incoming, content, 0, SIZE);
        assertStored(content, get(incoming.commit()));
    }

    @Test
    void aServiceThatIsAwayWhileAFileComesInCostsNothing() throws Exception {
        byte[] content = content(SIZE);
        FileStore.Incoming incoming = begin(task(SIZE));
        network.cut();
        append(incoming, content, 0, SIZE);
        network.heal();
        assertStored(content, get(incoming.commit()));
    }

    @Test
    void aServiceThatHangsIsGivenUp() throws Exception {
        files = S3Files.open(server.impatient(network.address()), () -> now);
        store = another(StoreFixture.settings(folder.resolve("impatient")));
        byte[] content = content(SIZE);
        FileStore.Incoming first = begin(task(SIZE));
        network.stall();
        append(first, content, 0, SIZE);
        assertThatThrownBy(() -> get(first.commit())).hasCauseInstanceOf(IOException.class);
        get(first.suspend());
        network.heal();
        assertThat(begin(task(SIZE)).committed()).isEqualTo(SIZE);
    }

    @Test
    void whatCannotBeCommittedNowIsKeptAndGoesIntoTheBucketTheNextTime() throws Exception {
        byte[] content = content(SIZE);
        FileStore.Incoming first = begin(task(SIZE));
        network.cut();
        append(first, content, 0, SIZE);
        assertThatThrownBy(() -> get(first.commit()))
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining(server.bucket());
        get(first.suspend());
        network.heal();
        assertThat(get(store.list(Optional.empty(), 10))).isEmpty();
        FileStore.Incoming second = begin(task(SIZE));
        assertThat(second.committed()).isEqualTo(SIZE);
        assertStored(content, get(second.commit()));
    }

    @Test
    void aFileIsOfferedToNobodyBeforeItsDescriptionIsThere() throws Exception {
        byte[] content = content(SIZE);
        FileTask task = task(SIZE);
        FileStore.Incoming incoming = begin(task);
        append(incoming, content, 0, SIZE);
        server.refuse(key -> key.startsWith(Keys.FILES));
        assertThatThrownBy(() -> get(incoming.commit())).hasMessageContaining("403");
        // What a crash at this moment leaves behind.
        assertThat(keys()).containsExactly(Keys.data(task), Keys.ID, Keys.mark(task.id()));
        for (DiskStore each : List.of(store, another("other"))) {
            assertThat(get(each.open(task.id()))).isEmpty();
            assertThat(get(each.list(Optional.empty(), 10))).isEmpty();
            assertThat(get(each.unrecorded(Optional.empty(), 10))).isEmpty();
        }
        files.dropRemains(now.minus(A_DAY));
        assertThat(keys()).as("somebody may be at it").hasSize(3);
        files.dropRemains(now.plus(A_DAY));
        assertThat(keys()).containsExactly(Keys.ID);
    }

    @Test
    void whatIsLeftOfAFailedCommitIsTakenBack() throws Exception {
        FileTask task = task(LONG);
        FileStore.Incoming incoming = begin(task);
        append(incoming, content(LONG), 0, LONG);
        server.refuse(key -> key.startsWith(Keys.FILES));
        assertThatThrownBy(() -> get(incoming.commit())).hasMessageContaining("403");
        get(incoming.abandon());
        Eventually.until("only the id is left", () -> keys().equals(List.of(Keys.ID)));
    }

    @Test
    void aPartThatWasDamagedOnTheDiskIsNotStored() throws Exception {
        FileTask task = task(LONG);
        FileStore.Incoming incoming = begin(task);
        append(incoming, content(LONG), 0, LONG);
        Path data;
        try (Stream<Path> all = Files.walk(folder.resolve("one"))) {
            data = all.filter(path -> path.endsWith("data")).findFirst().orElseThrow();
        }
        try (FileChannel channel = FileChannel.open(data, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 300_000);
        }
        assertThatThrownBy(() -> get(incoming.commit())).hasMessageContaining("is damaged within");
        get(incoming.suspend());
        assertThat(get(store.open(task.id()))).isEmpty();
        assertThat(begin(task(LONG)).committed()).isEqualTo(256 << 10);
    }

    @Test
    void anUploadInPartsThatNobodyGoesOnWithIsAborted() throws Exception {
        byte[] content = content(SIZE);
        S3Files own = files;
        FileStore.Incoming first = begin(task(SIZE));
        append(first, content, 0, SIZE - 1);
        Eventually.until(
                "the part has come", () -> own.bucket().unfinished(Keys.DATA).size() == 1);
        own.dropRemains(now.plus(A_DAY));
        assertThat(own.bucket().unfinished(Keys.DATA)).as("it lives").hasSize(1);
        another("other");
        files.dropRemains(now.minus(A_DAY));
        assertThat(own.bucket().unfinished(Keys.DATA)).as("it is young").hasSize(1);
        files.dropRemains(now.plus(A_DAY));
        assertThat(own.bucket().unfinished(Keys.DATA)).isEmpty();
        append(first, content, SIZE - 1, SIZE);
        assertThatThrownBy(() -> get(first.commit())).hasCauseInstanceOf(IOException.class);
        get(first.suspend());
        FileStore.Incoming second = begin(task(SIZE));
        assertThat(get(second.commit()).sha256()).isEqualTo(sha256(content));
    }

    // Being read.

    @Test
    void smallPullsAreAnsweredFromWhatWasReadAhead() throws Exception {
        byte[] content = content(SIZE);
        TaskId id = stored(content).task().id();
        int before = server.reads();
        try (StoredFile file = get(store.open(id)).orElseThrow()) {
            assertThat(inBlocks(file, 32 << 10)).isEqualTo(content);
            assertThat(inBlocks(file, 100_000)).isEqualTo(content);
        }
        int chunks = SIZE / ReadBuffers.CHUNK + 1;
        assertThat(server.reads() - before).isLessThanOrEqualTo(1 + 2 * (chunks + 1));
        Eventually.until("all buffers are back", () -> files.buffers().taken() == 0);
    }

    @Test
    void moreDownloadsThanThereIsMemoryForGetTheirBytesAllTheSame() throws Exception {
        byte[] content = content(LONG);
        TaskId id = stored(content).task().id();
        files = S3Files.open(server.settings(network.address(), 1), () -> now);
        store = another(StoreFixture.settings(folder.resolve("other")));
        List<StoredFile> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            StoredFile file = get(store.open(id)).orElseThrow();
            all.add(file);
            get(file.piece(0, 10)).release();
        }
        for (StoredFile file : all) {
            assertThat(inBlocks(file, 100_000)).isEqualTo(content);
        }
        assertThat(files.buffers().taken()).isEqualTo(1);
        all.forEach(StoredFile::close);
        Eventually.until("all buffers are back", () -> files.buffers().taken() == 0);
    }

    @Test
    void aReadThatIsCutOffIsTriedAgain() throws Exception {
        byte[] content = content(SIZE);
        TaskId id = stored(content).task().id();
        try (StoredFile file = get(store.open(id)).orElseThrow()) {
            network.breakAfter(Direction.TO_CLIENTS, SIZE / 2);
            assertThat(inBlocks(file, 256 << 10)).isEqualTo(content);
        }
    }

    @Test
    void aReaderGoesOnWhenTheServiceIsBack() throws Exception {
        byte[] content = content(SIZE);
        TaskId id = stored(content).task().id();
        try (StoredFile file = get(store.open(id)).orElseThrow()) {
            network.cut();
            assertThatThrownBy(() -> get(file.piece(0, 10))).hasCauseInstanceOf(IOException.class);
            network.heal();
            assertThat(inBlocks(file, 256 << 10)).isEqualTo(content);
        }
        Eventually.until("all buffers are back", () -> files.buffers().taken() == 0);
    }

    @Test
    void whatWaitsForAThreadIsMetered() {
        MeterRegistry meters = new SimpleMeterRegistry();
        files.meter(meters);
        CountDownLatch release = new CountDownLatch(1);
        try {
            for (int i = 0; i < S3Server.THREADS + 3; i++) {
                files.calls().execute(() -> await(release));
                files.uploads().execute(() -> await(release));
            }
            files.uploads().execute(() -> await(release));

            Eventually.until("all else waits", () -> waiting(meters, "read") == 3 && waiting(meters, "upload") == 4);
        } finally {
            release.countDown();
        }
        Eventually.until("nothing waits", () -> waiting(meters, "read") == 0 && waiting(meters, "upload") == 0);
    }

    private static double waiting(MeterRegistry meters, String threads) {
        return meters.get("im.s3.waiting").tag("threads", threads).gauge().value();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // Room.

    @Test
    void countsWhatIsInTheBucket() throws Exception {
        CommittedFile file = stored(content(300));
        files = S3Files.open(server.settings(network.address()), () -> now);
        StoreSettings settings = StoreFixture.settings(folder.resolve("other"));
        store = another(StoreFixture.withQuotas(settings, 1000, Long.MAX_VALUE));
        assertThatThrownBy(() -> get(store.reserve(task(701), Optional.empty(), true)))
                .hasCauseInstanceOf(NoRoom.class);
        get(store.reserve(task(700), Optional.empty(), true)).release();
        get(store.delete(file.task().id()));
        get(store.reserve(task(1000), Optional.empty(), true)).release();
    }

    // Starting.

    @Test
    void doesNotStartWithoutItsBucketAndSaysWhy() throws Exception {
        InetSocketAddress at = network.address();
        assertThatThrownBy(() -> S3Files.open(S3Server.settings(at, "another-bucket", S3Server.SECRET_KEY, 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bucket another-bucket at http://127.0.0.1:" + at.getPort())
                .hasMessageContaining("there is no such bucket");
        assertThatThrownBy(() -> S3Files.open(S3Server.settings(at, server.bucket(), "another-secret", 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("these keys may not")
                .hasMessageNotContaining("another-secret");
        network.cut();
        assertThatThrownBy(() -> S3Files.open(server.settings(at)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("there is no answer")
                .hasMessageContaining("check store.s3.endpoint");
    }

    @Test
    void settingsDoNotShowTheSecret() {
        assertThat(server.settings(network.address()).toString()).doesNotContain(S3Server.SECRET_KEY);
    }

    @Test
    void doesNotHideFilesThatLieInTheFolder() throws Exception {
        StoreSettings settings = StoreFixture.settings(folder.resolve("before"));
        store = DiskStore.open(settings);
        opened.add(store);
        stored(content(10));
        files = S3Files.open(server.settings(network.address()));
        assertThatThrownBy(() -> another(settings)).hasMessageContaining("has stored files of its own");
    }
}
