package im.bench.run;

import im.bench.server.ServerProcess;
import im.bench.wire.Users;
import im.proto.base.ClientType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * What users on mobiles cost a msg-server, who log in and then say nothing.
 *
 * @param bytes of the process, for each connection, after a garbage collection: of as many connections in several steps
 * @param loginsPerSecond while they came
 * @param cpuMicrosPerLogin of the process
 */
public record IdleConnections(int connections, Ratio bytes, double loginsPerSecond, double cpuMicrosPerLogin) {
    /** Of a msg-server whose memory is to be what it needs: by itself a JVM keeps up to twice that free, as it happens. */
    public static final List<String> JVM_OPTIONS = List.of("-XX:MinHeapFreeRatio=5", "-XX:MaxHeapFreeRatio=10");

    /** The first of these steps pays for what is compiled meanwhile, and does not count. */
    private static final int STEPS = 5;

    private static final int FIRST = 1;

    /**
     * Logs users 1, 2 and so on in, and keeps them.
     *
     * @param msgServer what it has once for everybody, it should have already
     */
    public static IdleConnections measure(ServerProcess msgServer, Users users, int connections)
            throws IOException, InterruptedException {
        double seconds = 0;
        Duration cpu = Duration.ZERO;
        long[] memory = new long[STEPS + 1];
        memory[0] = collected(msgServer);
        for (int step = 1; step <= STEPS; step++) {
            Duration before = msgServer.cost().cpu();
            seconds += users.logIn(
                            FIRST + upTo(step - 1, connections),
                            upTo(step, connections) - upTo(step - 1, connections),
                            ClientType.CLIENT_TYPE_ANDROID)
                    .seconds();
            cpu = cpu.plus(msgServer.cost().cpu().minus(before));
            memory[step] = collected(msgServer);
        }
        if (users.connected() < connections) {
            throw new IOException("of " + connections + " idle connections " + users.connected() + " are left");
        }
        DoubleStream.Builder bytes = DoubleStream.builder();
        for (int step = 2; step <= STEPS; step++) {
            bytes.add((double) (memory[step] - memory[step - 1])
                    / (upTo(step, connections) - upTo(step - 1, connections)));
        }
        return new IdleConnections(
                connections, Ratio.of(bytes.build()), connections / seconds, cpu.toNanos() / 1e3 / connections);
    }

    private static int upTo(int step, int connections) {
        return (int) ((long) connections * step / STEPS);
    }

    private static long collected(ServerProcess msgServer) throws IOException, InterruptedException {
        msgServer.collectGarbage();
        return msgServer.cost().memory().orElse(0);
    }
}
