package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.ClientListener;
import im.client.FileOffer;
import im.client.ImClient;
import im.client.Transfer;
import im.client.TransferListener;
import im.client.TransferMode;
import im.testkit.Eventually;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A user who takes every file that comes online. */
final class AcceptingReceiver implements ClientListener {
    private final Path folder;
    private final CompletableFuture<ImClient> client = new CompletableFuture<>();
    /** The latest of each name. */
    private final Map<String, Transfer> transfers = new ConcurrentHashMap<>();

    AcceptingReceiver(Path folder) {
        this.folder = folder;
    }

    /** Must be told once logged in; offers wait until then. */
    ImClient is(ImClient loggedIn) {
        client.complete(loggedIn);
        return loggedIn;
    }

    @Override
    public void onFileOffer(FileOffer offer) {
        if (offer.mode() == TransferMode.ONLINE) {
            client.thenAccept(me -> transfers.put(
                    offer.fileName(), me.receive(offer, folder.resolve(offer.taskId()), TransferListener.NONE)));
        }
    }

    /** Waits until all of these were offered. */
    void awaitOffered(List<SentFile> files) {
        Eventually.until(
                "all files are offered",
                () -> files.stream().allMatch(file -> transfers.containsKey(nameOf(file.path()))));
    }

    /** Whether the latest transfer of a file with this name has ended, well or not. */
    boolean isOver(Path sent) {
        return transfers.get(nameOf(sent)).result().isDone();
    }

    private static String nameOf(Path sent) {
        return sent.getFileName().toString();
    }

    /** Waits for the end of the latest transfer of a file with this name; what came must be what was sent. */
    void assertReceived(Path sent) throws Exception {
        Transfer transfer = transfers.get(nameOf(sent));
        assertThat(transfer).as("an offer of " + sent).isNotNull();
        TestFiles.assertSame(Await.result(transfer).path(), sent);
    }
}
