package im.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import redis.embedded.RedisServer;

/**
 * A real Redis for one test: the one at {@code IM_TEST_REDIS_URL} ({@code redis://HOST:PORT}), or one that runs as a child of this JVM.
 * What a test keeps in it has a {@linkplain #prefix prefix} of its own.
 */
public final class TestRedis implements AutoCloseable {
    private final String prefix = "im-test-" + UUID.randomUUID();
    private final InetSocketAddress address;
    private final Optional<Child> child;

    /** While it is not there, its port is nobody else's. */
    private record Child(RedisServer server, HeldPort port) {}

    private TestRedis(InetSocketAddress address, Optional<Child> child) {
        this.address = address;
        this.child = child;
    }

    public static TestRedis start() throws IOException {
        String url = System.getenv().getOrDefault("IM_TEST_REDIS_URL", "");
        if (!url.isBlank()) {
            URI configured = URI.create(url);
            return new TestRedis(new InetSocketAddress(configured.getHost(), configured.getPort()), Optional.empty());
        }
        HeldPort port = new HeldPort();
        RedisServer server = RedisServer.newRedisServer()
                .port(port.address().getPort())
                .bind("127.0.0.1")
                // Nothing on disk: started again it knows nothing.
                .setting("save \"\"")
                .build();
        server.start();
        InetSocketAddress address =
                new InetSocketAddress("127.0.0.1", port.address().getPort());
        return new TestRedis(address, Optional.of(new Child(server, port)));
    }

    public InetSocketAddress address() {
        return address;
    }

    public String url() {
        return "redis://" + address.getHostString() + ":" + address.getPort();
    }

    public String prefix() {
        return prefix;
    }

    /** Everything it knows is lost. One that is not ours only forgets, and keeps its connections. */
    public void kill() throws IOException {
        if (child.isPresent()) {
            child.get().server().stop();
        } else {
            forget();
        }
    }

    /** Where it was before it was killed. */
    public void startAgain() throws IOException {
        if (child.isPresent()) {
            child.get().server().start();
        }
    }

    private void forget() throws IOException {
        String deleteAll = "for _, key in ipairs(redis.call('KEYS', '" + prefix + ":*')) do redis.call('DEL', key) end";
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            String commands = "EVAL \"" + deleteAll + "\" 0\r\nSCRIPT FLUSH\r\nQUIT\r\n";
            socket.getOutputStream().write(commands.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            child.ifPresent(each -> each.port().close());
        }
    }
}
