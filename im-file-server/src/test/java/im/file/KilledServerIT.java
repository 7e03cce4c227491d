package im.file;

import static im.file.FileServerFixture.ALICE;
import static im.file.FileServerFixture.BOB;
import static im.file.FileServerFixture.block;
import static im.file.FileServerFixture.loginRequest;
import static im.file.FileServerFixture.pull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFilePullDataRsp;
import im.testkit.Eventually;
import im.testkit.ServerProcess;
import im.testkit.WireClient;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A real file-server in a process of its own, which is killed at random moments while files come and go, and started again. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class KilledServerIT {
    private static final int KILLS = 15;
    private static final int ROUNDS_WHEN_SLOW = 20;
    private static final int UPLOADERS = 4;
    private static final int BLOCK = 64 << 10;
    private static final Pattern LISTENING =
            Pattern.compile("file-server (clients|msg-servers): listening on [^ ]*?:(\\d+)");

    @TempDir
    Path folder;

    /** A file that somebody sends until he hears DONE. */
    private record Sent(String name, int size) {
        byte[] content() {
            byte[] content = new byte[size];
            new Random(name.hashCode()).nextBytes(content);
            return content;
        }

        HashCode sha256() {
            return Hashing.sha256().hashBytes(content());
        }
    }

    /** One life of the server. */
    private record Life(ServerProcess process, InetSocketAddress clients, RecordingMsgServer msgServer) {}

    // What outlives each of them.

    private final Map<String, Sent> sent = new ConcurrentHashMap<>();
    /** Task ids by name of file, as the database has them. */
    private final Map<String, Set<String>> recorded = new ConcurrentHashMap<>();

    private final Set<String> done = ConcurrentHashMap.newKeySet();
    /** Tasks whose upload broke in this life of the server, with the name of their file. */
    private final Map<String, String> broken = new ConcurrentHashMap<>();

    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong frames = new AtomicLong();
    /** Bytes that did not have to come again. */
    private final AtomicLong spared = new AtomicLong();

    private final AtomicLong downloads = new AtomicLong();

    private CompletableFuture<Life> life = new CompletableFuture<>();
    private volatile boolean over;

    @Test
    void afterEachKillEveryFileThatWasDoneIsThereAndUploadsGoOn() throws Exception {
        live(1);
    }

    static List<Long> seedsWhenSlow() {
        return new Random(300).longs(ROUNDS_WHEN_SLOW).boxed().toList();
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("seedsWhenSlow")
    void soItIsAfterHundredsOfKills(long seed) throws Exception {
        live(seed);
    }

    private void live(long seed) throws Exception {
        Random moments = new Random(seed);
        List<Thread> people = new ArrayList<>();
        for (int i = 0; i < UPLOADERS; i++) {
            Uploader uploader = new Uploader(i, new Random(moments.nextLong()));
            people.add(new Thread(() -> watched(uploader::live), "uploader-" + i));
        }
        Random ofReceiver = new Random(moments.nextLong());
        people.add(new Thread(() -> watched(() -> receive(ofReceiver)), "receiver"));
        people.forEach(Thread::start);
        try {
            for (int kill = 1; kill <= KILLS && failures.isEmpty(); kill++) {
                Life now = start(kill);
                check(now);
                letLive(now);
                long until = frames.get() + moments.nextInt(1500);
                while (frames.get() < until && failures.isEmpty()) {
                    LockSupport.parkNanos(100_000);
                }
                LockSupport.parkNanos(moments.nextInt(20_000_000));
                afterwards();
                now.process().kill();
            }
            over = true;
            Life last = start(KILLS + 1);
            letLive(last);
            for (Thread each : people) {
                each.join();
            }
            check(last);
            last.process().kill();
        } finally {
            over = true;
            life().completeExceptionally(new IOException("the test is over"));
        }
        failures.forEach(failure -> {
            throw new AssertionError("seed " + seed, failure);
        });
        System.out.printf(
                "seed %d: %d files, %d downloads, %d bytes spared%n", seed, done.size(), downloads.get(), spared.get());
        assertThat(done).hasSizeGreaterThan(KILLS);
        assertThat(spared.get()).as("bytes that did not have to come again").isPositive();
        assertThat(downloads.get()).as("files fetched under load").isPositive();
    }

    private interface Work {
        void run() throws Exception;
    }

    private void watched(Work work) {
        try {
            work.run();
        } catch (Exception | AssertionError e) {
            failures.add(e);
        }
    }

    // The server.

    private Life start(int number) throws IOException {
        Path log = folder.resolve("logs").resolve(number + ".log");
        ServerProcess process = ServerProcess.start(
                Main.class,
                Map.of(
                        "file-server.client.host", "127.0.0.1",
                        "file-server.client.port", "0",
                        "file-server.internal.port", "0",
                        "file-server.management.port", "0",
                        "file-server.link.idle", "10m",
                        "file-server.transfer.upload-window", "1 MiB",
                        "file-server.store.min-free", "0",
                        "file-server.store.folder", folder.resolve("store").toString()),
                log);
        Map<String, InetSocketAddress> ports = listening(process, log);
        RecordingMsgServer msgServer = RecordingMsgServer.connect(ports.get("msg-servers"), this::record);
        return new Life(process, ports.get("clients"), msgServer);
    }

    private static Map<String, InetSocketAddress> listening(ServerProcess process, Path log) throws IOException {
        Map<String, InetSocketAddress> ports = new ConcurrentHashMap<>();
        String text = "";
        while (!text.contains("file-server: started")) {
            if (!process.isAlive()) {
                throw new AssertionError("the server did not start: " + text);
            }
            LockSupport.parkNanos(5_000_000);
            text = Files.readString(log);
        }
        Matcher line = LISTENING.matcher(text);
        while (line.find()) {
            ports.put(line.group(1), new InetSocketAddress("127.0.0.1", Integer.parseInt(line.group(2))));
        }
        return ports;
    }

    private void record(IMFileAddOfflineReq stored) {
        if (!HashCode.fromBytes(stored.getSha256().toByteArray())
                .equals(sent.get(stored.getFileName()).sha256())) {
            failures.add(new AssertionError(stored.getFileName() + " was offered with other bytes"));
        }
        recorded.computeIfAbsent(stored.getFileName(), any -> ConcurrentHashMap.newKeySet())
                .add(stored.getTaskId());
    }

    private synchronized CompletableFuture<Life> life() {
        return life;
    }

    private void letLive(Life now) {
        life().complete(now);
    }

    /** Whoever comes from now on waits for the next life. */
    private synchronized void afterwards() {
        life = new CompletableFuture<>();
    }

    // What has to be so.

    private void check(Life now) throws Exception {
        for (String name : done) {
            assertThat(recorded.get(name)).as(name).hasSize(1);
        }
        for (Map.Entry<String, Set<String>> file : recorded.entrySet()) {
            Sent wanted = sent.get(file.getKey());
            for (String task : file.getValue()) {
                assertThat(download(now, task, wanted)).as(wanted.name()).contains(wanted.sha256());
            }
        }
        for (Map.Entry<String, String> each : broken.entrySet()) {
            Sent wanted = sent.get(each.getValue());
            // It may have been stored just before, or not; but not in part.
            download(now, each.getKey(), wanted)
                    .ifPresent(offered -> assertThat(offered).as(wanted.name()).isEqualTo(wanted.sha256()));
        }
        broken.clear();
    }

    /** What Bob gets; empty when there is no such file. */
    private Optional<HashCode> download(Life now, String task, Sent file) throws IOException {
        try (WireClient bob = WireClient.connect(now.clients())) {
            bob.send(
                    Commands.FILE_LOGIN_REQ,
                    1,
                    loginRequest(BOB, task, ClientFileRole.CLIENT_OFFLINE_DOWNLOAD)
                            .build());
            if (bob.expect(Commands.FILE_LOGIN_RES).getResultCode() != 0) {
                return Optional.empty();
            }
            Hasher sha256 = Hashing.sha256().newHasher();
            for (int at = 0; at < file.size(); at += BLOCK) {
                bob.send(Commands.FILE_PULL_DATA_REQ, 1, pull(task, at, BLOCK));
                IMFilePullDataRsp answer = bob.expect(Commands.FILE_PULL_DATA_RSP);
                frames.incrementAndGet();
                assertThat(answer.getResultCode()).isZero();
                sha256.putBytes(answer.getFileData().toByteArray());
            }
            assertThat(bob.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
            return Optional.of(sha256.hash());
        }
    }

    // The load.

    private static boolean isBreak(Throwable failure) {
        return failure instanceof IOException || failure.getCause() instanceof EOFException;
    }

    /** Fetches files that are done, again and again. */
    private void receive(Random random) throws Exception {
        while (!over) {
            Life now = life().get();
            List<String> known = List.copyOf(done);
            try {
                if (known.isEmpty()) {
                    LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
                } else {
                    String name = known.get(random.nextInt(known.size()));
                    String task = recorded.get(name).iterator().next();
                    assertThat(download(now, task, sent.get(name)))
                            .contains(sent.get(name).sha256());
                    downloads.incrementAndGet();
                }
            } catch (IOException | AssertionError e) {
                if (!isBreak(e)) {
                    throw e;
                }
                awaitDeathOf(now);
            }
        }
    }

    private void awaitDeathOf(Life now) {
        Eventually.until("it is dead", () -> life().getNow(null) != now);
    }

    private final class Uploader {
        private final int number;
        private final Random random;

        Uploader(int number, Random random) {
            this.number = number;
            this.random = random;
        }

        void live() throws Exception {
            for (int i = 0; !over; i++) {
                Sent file = new Sent("of " + number + ", " + i, size());
                sent.put(file.name(), file);
                byte[] content = file.content();
                boolean isDone = false;
                while (!isDone) {
                    isDone = tryOnce(file, content, life().get());
                }
                assertThat(recorded).as("the database").containsKey(file.name());
                done.add(file.name());
            }
        }

        /** One of them sends small files only. */
        private int size() {
            return number == 0 ? 1 + random.nextInt(100_000) : 500_000 + random.nextInt(4_000_000);
        }

        private boolean tryOnce(Sent file, byte[] content, Life now) throws Exception {
            String task = "";
            try {
                task = now.msgServer().offline(file.name(), file.size()).get();
                return upload(task, content, now);
            } catch (ExecutionException e) {
                awaitDeathOf(now);
                return false;
            } catch (IOException | AssertionError e) {
                if (!isBreak(e)) {
                    throw e;
                }
                broken.put(task, file.name());
                awaitDeathOf(now);
                return false;
            }
        }

        private boolean upload(String task, byte[] content, Life now) throws IOException {
            try (WireClient alice = WireClient.connect(now.clients())) {
                alice.send(
                        Commands.FILE_LOGIN_REQ,
                        1,
                        loginRequest(ALICE, task, ClientFileRole.CLIENT_OFFLINE_UPLOAD)
                                .build());
                assertThat(alice.expect(Commands.FILE_LOGIN_RES).getResultCode())
                        .isZero();
                boolean first = true;
                while (true) {
                    WireClient.Frame frame = alice.receive();
                    frames.incrementAndGet();
                    if (frame.commandId() == Commands.FILE_STATE.commandId()) {
                        assertThat(frame.parse(Commands.FILE_STATE).getState())
                                .as(frame.parse(Commands.FILE_STATE).getResultString())
                                .isEqualTo(ClientFileState.CLIENT_FILE_DONE);
                        return true;
                    }
                    IMFilePullDataReq pull = frame.parse(Commands.FILE_PULL_DATA_REQ);
                    if (first) {
                        spared.addAndGet(pull.getOffset());
                        first = false;
                    }
                    ByteString data = ByteString.copyFrom(content, pull.getOffset(), pull.getDataSize());
                    alice.send(Commands.FILE_PULL_DATA_RSP, 0, block(task, ALICE, pull.getOffset(), data));
                }
            }
        }
    }
}
