package im.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks whether a Docker engine is there, quickly and without a word: most often there is none. */
final class DockerEngine {
    private static final String PING = "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n";
    private static final int TIMEOUT_SECONDS = 2;

    private DockerEngine() {}

    static boolean answers() {
        return address().filter(DockerEngine::pings).isPresent();
    }

    private static Optional<SocketAddress> address() {
        String host = System.getenv("DOCKER_HOST");
        if (host == null || host.isBlank()) {
            return Optional.of(Path.of("/var/run/docker.sock"))
                    .filter(Files::exists)
                    .map(UnixDomainSocketAddress::of);
        }
        URI uri = URI.create(host);
        return switch (uri.getScheme()) {
            case "unix" -> Optional.of(UnixDomainSocketAddress.of(uri.getPath()));
            case "tcp" -> Optional.of(new InetSocketAddress(uri.getHost(), uri.getPort()));
            default -> Optional.empty();
        };
    }

    private static boolean pings(SocketAddress address) {
        try (SocketChannel channel = open(address)) {
            CompletableFuture<Boolean> answer = CompletableFuture.supplyAsync(() -> ping(channel, address));
            return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (IOException | ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static SocketChannel open(SocketAddress address) throws IOException {
        return address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
    }

    /** Whoever gives up waiting closes the channel, which ends this too. */
    private static boolean ping(SocketChannel channel, SocketAddress address) {
        try {
            channel.connect(address);
            channel.write(ByteBuffer.wrap(PING.getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(32);
            channel.read(answer);
            // An engine that wants TLS refuses a plain request, but it is one.
            return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII).startsWith("HTTP/");
        } catch (IOException e) {
            return false;
        }
    }
}
