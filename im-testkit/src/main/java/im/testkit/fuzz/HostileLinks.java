package im.testkit.fuzz;

import com.google.protobuf.Message;
import im.proto.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Servers whose links begin as they should and go wrong: each introduces itself, mostly well, then says what servers of its kind may
 * say, with any values, some of it damaged, and leaves in one way or another.
 */
public final class HostileLinks implements AutoCloseable {
    private static final int MOST_COMMANDS = 12;

    /** What a server says when a link begins. */
    public record Said(Command<?> command, Message message) {}

    private final List<Said> greeting;
    private final List<Command<?>> commands;
    private final Queue<HostileClient> open = new ConcurrentLinkedQueue<>();

    /** @param commands what servers of this kind may say */
    public HostileLinks(List<Said> greeting, List<Command<?>> commands) {
        this.greeting = greeting;
        this.commands = commands;
    }

    /** One link to a server that listens for such. */
    public void goWrong(InetSocketAddress port, Random random) throws IOException {
        goWrong(HostileClient.connect(port, random), random);
    }

    private void goWrong(HostileClient link, Random random) throws IOException {
        open.add(link);
        FuzzedFrames frames = new FuzzedFrames(random);
        RandomMessages messages = new RandomMessages(random);
        for (Said said : greeting) {
            link.send(
                    random.nextInt(8) == 0
                            ? frames.mutated(said.command(), said.message())
                            : frames.valid(said.command(), said.message()));
        }
        for (int count = random.nextInt(MOST_COMMANDS); count > 0; count--) {
            Command<?> command = commands.get(random.nextInt(commands.size()));
            Message message = messages.of(command);
            link.send(
                    switch (random.nextInt(10)) {
                        case 0 -> frames.any();
                        case 1, 2, 3 -> frames.mutated(command, message);
                        default -> frames.valid(command, message);
                    });
        }
        link.leave();
    }

    /**
     * Listens in the place of a server, and goes wrong on this many links, one after the other, of whoever connects again and again.
     * Returns when they have been; nobody listens any more then.
     *
     * @param port is to be free
     */
    public void goWrong(int port, int links, Random random) throws IOException {
        try (ServerSocket server = new ServerSocket()) {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            for (int i = 0; i < links; i++) {
                HostileClient link = HostileClient.accept(server, random);
                goWrong(link, random);
                if (random.nextBoolean()) {
                    link.awaitAnswer();
                }
                // Whoever is still there shall come again.
                link.close();
            }
        }
    }

    /** Ends those links that are still there. */
    @Override
    public void close() {
        for (HostileClient link = open.poll(); link != null; link = open.poll()) {
            try {
                link.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
