package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.ClientListener;
import im.client.FileOffer;
import im.testkit.Eventually;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The file offers that a client gets, in order. */
final class Inbox implements ClientListener {
    private final BlockingQueue<FileOffer> offers = new LinkedBlockingQueue<>();

    @Override
    public void onFileOffer(FileOffer offer) {
        offers.add(offer);
    }

    FileOffer next() throws InterruptedException {
        FileOffer offer = offers.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(offer).as("an offer").isNotNull();
        return offer;
    }

    /** The next offer of a file that is stored and ready. */
    FileOffer nextReady() throws InterruptedException {
        FileOffer offer = next();
        while (!offer.offlineReady()) {
            offer = next();
        }
        return offer;
    }
}
