package im.launcher;

import im.client.ClientListener;
import im.client.ClientOptions;
import im.client.FileOffer;
import im.client.ImClient;
import im.client.OfflineFile;
import im.client.Transfer;
import im.client.TransferListener;
import im.client.TransferMode;
import im.client.TransferResult;
import im.client.User;
import im.client.cli.Progress;
import im.client.cli.Screen;
import im.netlib.AddressSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Sends one file from alice to bob, online and then offline, and compares. */
final class Demo {
    private static final int SAMPLE_SIZE = 64 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Screen screen;
    private final AddressSource msgServers;
    private final Path folder;

    /**
     * @param msgServers asked at every login
     * @param folder what bob receives goes below it
     */
    Demo(Screen screen, AddressSource msgServers, Path folder) {
        this.screen = screen;
        this.msgServers = msgServers;
        this.folder = folder;
    }

    /** @return whether both files that bob received have the sha256 of what alice sent */
    boolean run(Optional<Path> given) throws DemoFailure, IOException, InterruptedException {
        Path file = given.isPresent() ? given.get() : sample();
        Delivery online;
        Delivery offline;
        try (ImClient alice = login("alice", "alicepw", ClientListener.NONE)) {
            screen.line("");
            screen.line("1. alice sends a file to bob, who is online");
            online = deliverOnline(alice, file);
            screen.line("");
            screen.line("2. bob is away when alice sends it again, and fetches it when he comes back");
            offline = deliverOffline(alice, file);
        }
        screen.line("");
        screen.line("sent              " + online.sent().sha256() + "  "
                + file.toAbsolutePath().normalize());
        screen.line("received online   " + online.received().sha256() + "  "
                + online.received().path());
        screen.line("received offline  " + offline.received().sha256() + "  "
                + offline.received().path());
        boolean identical = online.isIdentical() && offline.isIdentical();
        screen.line(identical ? "all identical" : "NOT IDENTICAL");
        return identical;
    }

    private record Delivery(TransferResult sent, TransferResult received) {
        boolean isIdentical() {
            return sent.sha256().equals(received.sha256()) && sent.bytes() == received.bytes();
        }
    }

    private Delivery deliverOnline(ImClient alice, Path file) throws DemoFailure, InterruptedException {
        Offers offers = new Offers();
        try (ImClient bob = login("bob", "bobpw", offers);
                Progress progress = progress(file)) {
            Transfer sending = alice.send(file, bob.self().id(), progress);
            FileOffer offer = offers.first(any -> any.mode() == TransferMode.ONLINE
                    && any.fromUserId() == alice.self().id());
            Transfer receiving = bob.receive(offer, folder.resolve("online"), TransferListener.NONE);
            return delivered(TransferMode.ONLINE, sending, receiving);
        }
    }

    private Delivery deliverOffline(ImClient alice, Path file) throws DemoFailure, InterruptedException {
        int bobsId = idOf(alice, "bob");
        TransferResult sent;
        try (Progress upload = progress(file)) {
            sent = await("storing the file", alice.send(file, bobsId, upload).result());
        }
        if (sent.mode() != TransferMode.OFFLINE) {
            throw new DemoFailure("bob is away, and still the file was not stored for him");
        }
        screen.line("stored; bob logs in");
        Offers offers = new Offers();
        try (ImClient bob = login("bob", "bobpw", offers);
                Progress download = progress(file)) {
            Transfer receiving = bob.download(stored(sent.taskId(), bob, offers), folder.resolve("offline"), download);
            return new Delivery(sent, await("fetching the file", receiving.result()));
        }
    }

    /** The file may be on bob's list already, among others, or be announced to him a moment after he logged in. */
    private OfflineFile stored(String taskId, ImClient bob, Offers offers) throws DemoFailure, InterruptedException {
        Optional<OfflineFile> listed = await("asking what waits for bob", bob.offlineFiles()).stream()
                .filter(file -> file.taskId().equals(taskId))
                .findFirst();
        return listed.isPresent()
                ? listed.get()
                : offers.first(any -> any.offlineReady() && any.taskId().equals(taskId))
                        .asOfflineFile();
    }

    private Delivery delivered(TransferMode mode, Transfer sending, Transfer receiving)
            throws DemoFailure, InterruptedException {
        TransferResult received = await("receiving the file", receiving.result());
        TransferResult sent = await("sending the file", sending.result());
        if (sent.mode() != mode) {
            throw new DemoFailure("the file went " + sent.mode() + ", not " + mode);
        }
        return new Delivery(sent, received);
    }

    private ImClient login(String name, String password, ClientListener listener)
            throws DemoFailure, InterruptedException {
        return await("logging in as " + name, ImClient.connect(ClientOptions.of(msgServers, name, password), listener));
    }

    private int idOf(ImClient client, String name) throws DemoFailure, InterruptedException {
        return await("asking who is there", client.users()).stream()
                .filter(user -> user.loginName().equals(name))
                .map(User::id)
                .findFirst()
                .orElseThrow(() -> new DemoFailure("there is no user " + name));
    }

    private Progress progress(Path file) {
        return new Progress(screen, file.getFileName().toString(), mode -> "on its way, " + mode);
    }

    /** Waits for as long as it takes: a transfer that stands still fails by itself. */
    private static <T> T await(String step, CompletableFuture<T> future) throws DemoFailure, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new DemoFailure(step + ": " + e.getCause().getMessage(), e.getCause());
        }
    }

    /** The offers that a client gets, for a thread that waits for them. */
    private static final class Offers implements ClientListener {
        private final BlockingQueue<FileOffer> queue = new LinkedBlockingQueue<>();

        @Override
        public void onFileOffer(FileOffer offer) {
            queue.add(offer);
        }

        /** Passes over those that are about something else. */
        FileOffer first(Predicate<FileOffer> wanted) throws DemoFailure, InterruptedException {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            FileOffer offer;
            do {
                offer = queue.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } while (offer != null && !wanted.test(offer));
            if (offer == null) {
                throw new DemoFailure("bob was not offered the file within " + PATIENCE.toSeconds() + " s");
            }
            return offer;
        }
    }

    private Path sample() throws IOException {
        Path sample = folder.resolve("sample.bin");
        byte[] block = new byte[1 << 20];
        Random random = new Random();
        try (OutputStream out = Files.newOutputStream(sample)) {
            for (int i = 0; i < SAMPLE_SIZE / block.length; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
        return sample;
    }
}
