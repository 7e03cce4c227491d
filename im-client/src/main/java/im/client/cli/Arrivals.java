package im.client.cli;

import im.client.ClientListener;
import im.client.ConnectionState;
import im.client.FileOffer;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** What arrives for a user, kept in line for the one who receives. Full is full: what is stored can be fetched later. */
final class Arrivals implements ClientListener {
    private static final int MAX_WAITING = 1000;

    /** Something that has happened. */
    sealed interface Arrival permits Offered, Missed, Reconnected, Ended {}

    record Offered(FileOffer offer) implements Arrival {}

    /** What is stored has to be looked for: there was no room here for its offer, or it could not be received before. */
    record Missed() implements Arrival {}

    /** Offers may have been missed. */
    record Reconnected() implements Arrival {}

    record Ended() implements Arrival {}

    private final BlockingQueue<Arrival> waiting = new LinkedBlockingQueue<>();
    /** Whether a {@link Missed} waits: one is enough. */
    private final AtomicBoolean missed = new AtomicBoolean();

    private boolean connectedBefore;

    @Override
    public void onFileOffer(FileOffer offer) {
        addOrMiss(new Offered(offer));
    }

    @Override
    public void onConnectionState(ConnectionState state) {
        if (state == ConnectionState.CLOSED) {
            waiting.add(new Ended());
        } else if (state == ConnectionState.CONNECTED) {
            if (connectedBefore) {
                addOrMiss(new Reconnected());
            }
            connectedBefore = true;
        }
    }

    private void addOrMiss(Arrival arrival) {
        if (waiting.size() < MAX_WAITING) {
            waiting.add(arrival);
        } else {
            miss();
        }
    }

    /** Has what is stored looked for. Any thread. */
    void miss() {
        if (missed.compareAndSet(false, true)) {
            waiting.add(new Missed());
        }
    }

    Arrival next() throws InterruptedException {
        return taken(waiting.take());
    }

    /** What is there already. */
    Optional<Arrival> poll() {
        return Optional.ofNullable(waiting.poll()).map(this::taken);
    }

    private Arrival taken(Arrival arrival) {
        if (arrival instanceof Missed) {
            missed.set(false);
        }
        return arrival;
    }
}
