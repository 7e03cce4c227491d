package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.ClientListener;
import im.client.ClientOptions;
import im.client.FileOffer;
import im.client.ImClient;
import im.client.OfflineFile;
import im.client.Transfer;
import im.client.TransferException;
import im.client.TransferListener;
import im.client.TransferMode;
import im.client.TransferResult;
import im.proto.base.ClientType;
import im.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Some users send files, one after the other, in turns to somebody who is there and to somebody who is away and comes now and then to
 * fetch them. What arrives is compared by its sha256 and deleted, so that a load may go on for hours.
 */
final class FileTraffic {
    private static final Logger log = LoggerFactory.getLogger(FileTraffic.class);
    private static final int MIN_SIZE = 64 << 10;
    /** Sizes go from the smallest to this many times that, small ones more often. */
    private static final int MAX_FACTOR = 64;
    /** How many files wait before they are fetched, about. */
    private static final int MANY = 20;

    /** How long a file waits for a receiver who has lost his connection and with it the offer. Then it is sent again. */
    private static final Duration SOON = Duration.ofSeconds(15);

    /** With one file, whatever happens meanwhile. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

    private final Path folder;
    private final ProcessCluster cluster;
    private final Pace pace;
    private final long seed;
    /** By name, of what was sent or is on its way. */
    private final Map<String, String> sha256 = new ConcurrentHashMap<>();

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<String> arrived = ConcurrentHashMap.newKeySet();
    /** By name, of what was fetched: its task. */
    private final Map<String, String> fetched = new ConcurrentHashMap<>();

    private final Set<String> storedTwice = ConcurrentHashMap.newKeySet();
    private final AtomicInteger stored = new AtomicInteger();
    private final AtomicInteger again = new AtomicInteger();
    private final AtomicInteger receiving = new AtomicInteger();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    FileTraffic(Path folder, ProcessCluster cluster, Pace pace, long seed) {
        this.folder = folder;
        this.cluster = cluster;
        this.pace = pace;
        this.seed = seed;
    }

    /** Files that came otherwise than they were sent, or could not be made. There must be none. */
    Queue<Throwable> failures() {
        return failures;
    }

    int acknowledged() {
        return acknowledged.size();
    }

    /** Of what was fetched so far. That may be when a file-server is killed between storing a file and saying so, and only then. */
    Set<String> storedTwice() {
        return storedTwice;
    }

    int storedOfThem() {
        return stored.get();
    }

    int sentAgain() {
        return again.get();
    }

    /** Ends with the file that is under way when {@link #end} is called. */
    CompletableFuture<Void> send(String from, int toSomebodyThere, int toSomebodyAway) {
        return inBackground(() -> {
            Random random = new Random(seed + from.hashCode());
            ImClient client = await(from, options -> options.withTransferTimeouts(SOON, SOON), ClientListener.NONE);
            for (int i = 0; !over; i++) {
                String name = from + "-" + i;
                int size = (int) (MIN_SIZE * Math.pow(MAX_FACTOR, random.nextDouble()));
                Path file = make(name, size, random);
                send(client, i % 2 == 0 ? toSomebodyThere : toSomebodyAway, file);
                acknowledged.add(name);
                Files.delete(file);
                pace.count();
                LockSupport.parkNanos(pace.nanosToNext());
            }
        });
    }

    /** Until it is acknowledged, for as long as it fails for reasons that people are told. */
    private void send(ImClient client, int to, Path file) throws Exception {
        while (true) {
            try {
                TransferResult result = client.send(file, to, TransferListener.NONE)
                        .result()
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                if (result.mode() == TransferMode.OFFLINE) {
                    stored.incrementAndGet();
                }
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TransferException)) {
                    throw e;
                }
                again.incrementAndGet();
                LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            }
        }
    }

    private Path make(String name, int size, Random random) throws IOException {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        sha256.put(name, sha256(bytes));
        return Files.write(Files.createDirectories(folder.resolve("out")).resolve(name), bytes);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Is there all the time, and takes what comes. */
    ImClient stay(String user) {
        Receiver receiver = new Receiver();
        return receiver.is(await(user, options -> options, receiver));
    }

    /** Comes whenever many files wait. */
    CompletableFuture<Void> comeAndGo(String user) {
        return inBackground(() -> {
            int known = 0;
            while (!over) {
                if (stored.get() - known >= MANY) {
                    known = stored.get();
                    fetch(user);
                }
                LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            }
        });
    }

    /** Fetches what waits for a user, and leaves; what could not be fetched waits for the next time. */
    private void fetch(String user) throws Exception {
        try (ImClient client = away(user)) {
            fetchAll(client);
        } catch (ExecutionException e) {
            // A server that is needed for it was killed.
        }
    }

    /** A list has a thousand at most, so until one has nothing new. */
    private void fetchAll(ImClient client) throws Exception {
        Set<String> tasks = new HashSet<>();
        boolean more = true;
        while (more) {
            more = false;
            for (OfflineFile file : Await.result(client.offlineFiles())) {
                if (tasks.add(file.taskId())) {
                    fetch(client, file);
                    more = true;
                }
            }
        }
    }

    private void fetch(ImClient client, OfflineFile file) throws Exception {
        Path in = Files.createDirectories(folder.resolve("in").resolve(file.taskId()));
        TransferResult result = Await.result(client.download(file, in, TransferListener.NONE));
        arrived(result);
        String name = result.path().getFileName().toString();
        if (!file.taskId().equals(fetched.computeIfAbsent(name, any -> file.taskId()))) {
            storedTwice.add(name);
        }
    }

    private void arrived(TransferResult result) {
        try {
            String name = result.path().getFileName().toString();
            assertThat(sha256(Files.readAllBytes(result.path()))).as(name).isEqualTo(sha256.get(name));
            Files.delete(result.path());
            Files.delete(result.path().getParent());
            arrived.add(name);
        } catch (IOException | AssertionError e) {
            failures.add(e);
        }
    }

    void end() {
        over = true;
    }

    /** After the end, with all servers there: fetches what waits for these users; every file that was acknowledged has come then. */
    void assertNothingIsLost(String... users) throws Exception {
        for (String user : users) {
            try (ImClient client = away(user)) {
                fetchAll(client);
            }
        }
        Eventually.until("what comes online has come", () -> receiving.get() == 0);
        assertThat(failures).isEmpty();
        assertThat(arrived).containsAll(acknowledged);
    }

    /** Somebody on a mobile, to whom no file goes online. */
    private ImClient away(String user) {
        return await(user, options -> options.withClientType(ClientType.CLIENT_TYPE_ANDROID), ClientListener.NONE);
    }

    /** Tries until the servers that it takes are there. */
    private ImClient await(String user, UnaryOperator<ClientOptions> with, ClientListener listener) {
        CompletableFuture<ImClient> client = new CompletableFuture<>();
        Eventually.until(user + " is logged in", () -> {
            try {
                return client.complete(
                        cluster.login(with.apply(ProcessCluster.options(user, cluster.loginServer())), listener));
            } catch (ExecutionException e) {
                return false;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        return client.join();
    }

    private interface Work {
        void run() throws Exception;
    }

    private CompletableFuture<Void> inBackground(Work work) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                work.run();
                ended.complete(null);
            } catch (Exception | Error e) {
                failures.add(e);
                ended.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return ended;
    }

    /** Takes every file that comes online. */
    private final class Receiver implements ClientListener {
        private final CompletableFuture<ImClient> client = new CompletableFuture<>();

        ImClient is(ImClient loggedIn) {
            client.complete(loggedIn);
            return loggedIn;
        }

        @Override
        public void onFileOffer(FileOffer offer) {
            if (offer.mode() == TransferMode.ONLINE) {
                client.thenAccept(me -> take(me, offer));
            }
        }

        private void take(ImClient me, FileOffer offer) {
            Transfer transfer = me.receive(offer, folder.resolve("in").resolve(offer.taskId()), TransferListener.NONE);
            receiving.incrementAndGet();
            // What fails is sent again, or stored.
            transfer.result().thenAcceptAsync(FileTraffic.this::arrived).whenComplete((done, failure) -> {
                if (failure != null) {
                    log.info("{} did not come: {}", offer.fileName(), failure.getMessage());
                }
                receiving.decrementAndGet();
            });
        }
    }
}
