package im.msg.upstream;

import com.google.common.net.HostAndPort;
import com.google.protobuf.ByteString;
import im.netlib.AddressSource;
import im.netlib.Connection;
import im.netlib.LinkLostException;
import im.netlib.ReconnectingClient;
import im.netlib.ReconnectingClient.Handshake;
import im.netlib.ReconnectingClient.State;
import im.netlib.RequestCorrelator;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The connection of one link, and the requests that wait on it: they fail at once when it is lost. Thread-safe. */
final class Upstream implements AutoCloseable {
    private final String name;
    private final EventLoop loop;
    private final ReconnectingClient client;
    private final RequestCorrelator correlator;

    private final Consumer<State> listener;

    Upstream(String name, HostAndPort address, EventLoop loop, LinkSettings settings, Handshake handshake) {
        this(name, address, loop, settings, handshake, state -> {});
    }

    /** @param listener told of every new state, on the event loop */
    Upstream(
            String name,
            HostAndPort address,
            EventLoop loop,
            LinkSettings settings,
            Handshake handshake,
            Consumer<State> listener) {
        this.listener = listener;
        this.name = name;
        this.loop = loop;
        this.correlator = new RequestCorrelator(loop, settings.callTimeout(), settings.maxPending());
        this.client = new ReconnectingClient(
                name,
                AddressSource.always(address),
                loop,
                settings.timing(),
                settings.connection(),
                handshake,
                this::onStateChange);
    }

    void start() {
        client.start();
    }

    EventLoop loop() {
        return loop;
    }

    /** The connection, if it is ready now. */
    Optional<Connection> ready() {
        return client.ready();
    }

    boolean isReady() {
        return client.state() == State.READY;
    }

    long losses() {
        return client.losses();
    }

    int waiting() {
        return correlator.waiting();
    }

    long refused() {
        return correlator.refused();
    }

    private void onStateChange(State state) {
        if (state != State.READY) {
            correlator.failAll(name + " was lost");
        }
        listener.accept(state);
    }

    /**
     * Sends a request; see {@link RequestCorrelator#call}.
     *
     * @param send on this connection, with this token
     */
    <R> CompletableFuture<R> call(Class<R> answerType, BiConsumer<Connection, ByteString> send) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        // On the loop, so that the link cannot be lost between the look at its state and the request.
        loop.execute(() -> client.ready()
                .map(connection -> correlator.call(answerType, token -> send.accept(connection, token)))
                .orElseGet(() -> CompletableFuture.failedFuture(new LinkLostException(name + " is not ready")))
                .whenComplete((result, failure) -> {
                    if (failure == null) {
                        answer.complete(result);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                }));
        return answer;
    }

    /** Sends what is not answered, if the link is ready. */
    CompletableFuture<Void> send(Consumer<Connection> send) {
        return CompletableFuture.runAsync(
                () -> send.accept(client.ready()
                        .orElseThrow(() -> new CompletionException(new LinkLostException(name + " is not ready")))),
                loop);
    }

    /** An answer came; one that nobody waits for any more is no news. */
    void complete(ByteString token, Object answer) {
        correlator.complete(token, answer);
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return client.toString();
    }
}
