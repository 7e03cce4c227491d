package im.msg.upstream;

import com.google.common.net.HostAndPort;
import com.google.protobuf.ByteString;
import im.netlib.AddressSource;
import im.netlib.Connection;
import im.netlib.Link;
import im.netlib.LinkLostException;
import im.netlib.ReconnectingClient;
import im.netlib.ReconnectingClient.State;
import im.netlib.RequestCorrelator;
import im.netlib.Router;
import im.netlib.Session;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One server that this one connects to, and the requests that wait for its answers: they fail at once when the connection is lost.
 * Thread-safe; everything about the connection happens on one event loop, and futures complete there.
 */
public abstract class ServerLink implements Link, AutoCloseable {
    private final String name;
    private final EventLoop loop;
    private final LinkSettings settings;
    private final ReconnectingClient client;
    private final RequestCorrelator correlator;

    /** @param name for logs */
    ServerLink(String name, HostAndPort address, EventLoop loop, LinkSettings settings) {
        this.name = name;
        this.loop = loop;
        this.settings = settings;
        this.correlator = new RequestCorrelator(loop, settings.callTimeout(), settings.maxPending());
        this.client = new ReconnectingClient(
                name,
                AddressSource.always(address),
                loop,
                settings.timing(),
                settings.connection(),
                this::begin,
                this::changed);
    }

    /** Starts connecting. Once. */
    public void start() {
        client.start();
    }

    /**
     * Gives a fresh connection its role and says hello. On the event loop, before anything is read.
     *
     * @param ready to be run, on the event loop, once requests may be sent
     */
    abstract void begin(Connection connection, Runnable ready);

    /** The connection is in another state. On the event loop. */
    void onStateChange(State state) {}

    private void changed(State state) {
        if (state != State.READY) {
            correlator.failAll(name + " was lost");
        }
        onStateChange(state);
    }

    <S extends Session> void become(Connection connection, Router<S> router, S session) {
        connection.become(router, session, settings.limits());
    }

    EventLoop loop() {
        return loop;
    }

    /** The connection, if it is ready now. */
    Optional<Connection> ready() {
        return client.ready();
    }

    @Override
    public boolean isReady() {
        return client.state() == State.READY;
    }

    @Override
    public long losses() {
        return client.losses();
    }

    @Override
    public int waiting() {
        return correlator.waiting();
    }

    @Override
    public long refused() {
        return correlator.refused();
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
                .orElseGet(() -> CompletableFuture.failedFuture(notReady()))
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
                () -> send.accept(client.ready().orElseThrow(() -> new CompletionException(notReady()))), loop);
    }

    /**
     * Whether the other side takes a frame of this length, as it is taken to have the limit that this side has. One that is longer would end
     * the connection, and with it what everybody else has asked.
     */
    boolean takes(int frameLength) {
        return frameLength <= settings.limits().maxFrameLength();
    }

    private LinkLostException notReady() {
        return new LinkLostException(name + " is not ready");
    }

    /** An answer came; one that nobody waits for any more is no news. */
    void complete(ByteString token, Object answer) {
        correlator.complete(token, answer);
    }

    /** Ends the connection, after what is queued, and never connects again. */
    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return client.toString();
    }
}
