package im.bench.suite;

import com.google.common.base.Throwables;
import com.google.common.net.HostAndPort;
import im.bench.wire.Outcome;
import im.bench.wire.Plan;
import im.client.ClientListener;
import im.client.ClientOptions;
import im.client.FileOffer;
import im.client.ImClient;
import im.client.Transfer;
import im.client.TransferListener;
import im.client.TransferResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;

/** Two clients of ours, as people use them: files are read, hashed, sent, received, hashed and written. */
final class OwnClients implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final BlockingQueue<FileOffer> offers = new LinkedBlockingQueue<>();
    private final Path file;
    private final Path inbox;
    private final ImClient sender;
    private final ImClient receiver;

    /**
     * @param msgServer that lets in whoever comes
     * @param file to be sent
     * @param inbox a folder for what is received, which is deleted again
     */
    OwnClients(HostAndPort msgServer, Path file, Path inbox) throws IOException, InterruptedException {
        this.file = file;
        this.inbox = inbox;
        this.sender = await(ImClient.connect(ClientOptions.of(msgServer, "u1", "any")));
        this.receiver = await(ImClient.connect(ClientOptions.of(msgServer, "u2", "any"), new ClientListener() {
            @Override
            public void onFileOffer(FileOffer offer) {
                offers.add(offer);
            }
        }));
    }

    /** Sends the file, as often as this plan says, one at a time. That it is deleted again takes no time of the transfers. */
    Outcome run(Plan plan) throws IOException, InterruptedException {
        Histogram times = new Histogram(3);
        long nanos = 0;
        for (int i = 0; i < plan.count(); i++) {
            long begun = System.nanoTime();
            Transfer sending = sender.send(file, receiver.self().id(), TransferListener.NONE);
            FileOffer offer = offers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (offer == null) {
                throw new IOException("the file was not offered within " + PATIENCE_SECONDS + " s");
            }
            TransferResult received =
                    await(receiver.receive(offer, inbox, TransferListener.NONE).result());
            TransferResult sent = await(sending.result());
            long taken = System.nanoTime() - begun;
            times.recordValue(taken);
            nanos += taken;
            if (!sent.sha256().equals(received.sha256()) || sent.bytes() != plan.size()) {
                throw new IOException("WRONG BYTES: sent " + sent + ", received " + received);
            }
            Files.delete(received.path());
        }
        return new Outcome(plan.totalBytes(), nanos, new Histogram(3), times);
    }

    private static <T> T await(CompletableFuture<T> future) throws IOException, InterruptedException {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(Throwables.getRootCause(e).getMessage(), e);
        } catch (TimeoutException e) {
            throw new IOException("nothing within " + PATIENCE_SECONDS + " s", e);
        }
    }

    @Override
    public void close() {
        sender.close();
        receiver.close();
    }
}
