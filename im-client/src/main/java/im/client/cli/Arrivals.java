package im.client.cli;

import im.client.ClientListener;
import im.client.ConnectionState;
import im.client.FileOffer;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What arrives for a user, kept in line for the one who receives. Full is full: what is stored can be fetched later. */
final class Arrivals implements ClientListener {
    private static final int MAX_WAITING = 1000;

    /** Something that has happened. */
    sealed interface Arrival permits Offered, Reconnected, Ended {}

    record Offered(FileOffer offer) implements Arrival {}

    /** Offers may have been missed. */
    record Reconnected() implements Arrival {}

    record Ended() implements Arrival {}

    private final BlockingQueue<Arrival> waiting = new LinkedBlockingQueue<>();
    private boolean connectedBefore;

    @Override
    public void onFileOffer(FileOffer offer) {
        if (waiting.size() < MAX_WAITING) {
            waiting.add(new Offered(offer));
        }
    }

    @Override
    public void onConnectionState(ConnectionState state) {
        if (state == ConnectionState.CLOSED) {
            waiting.add(new Ended());
        } else if (state == ConnectionState.CONNECTED) {
            if (connectedBefore && waiting.size() < MAX_WAITING) {
                waiting.add(new Reconnected());
            }
            connectedBefore = true;
        }
    }

    Arrival next() throws InterruptedException {
        return waiting.take();
    }

    /** What is there already. */
    Optional<Arrival> poll() {
        return Optional.ofNullable(waiting.poll());
    }
}
