package im.bench.run;

import im.bench.server.ServerProcess;
import im.bench.wire.Outcome;
import im.bench.wire.Users;
import im.proto.base.ClientType;
import java.io.IOException;
import java.time.Duration;

/**
 * What users on mobiles cost a msg-server, who log in and then say nothing.
 *
 * @param bytes of the process, for each connection, after a garbage collection
 * @param bytesUncollected the same before that
 * @param loginsPerSecond while they came
 * @param cpuMicrosPerLogin of the process
 */
public record IdleConnections(
        int connections, double bytes, double bytesUncollected, double loginsPerSecond, double cpuMicrosPerLogin) {
    private static final int FIRST = 1;

    /**
     * Logs users 1, 2 and so on in, and keeps them.
     *
     * @param msgServer what it has once for everybody, it should have already
     */
    public static IdleConnections measure(ServerProcess msgServer, Users users, int connections)
            throws IOException, InterruptedException {
        msgServer.collectGarbage();
        long before = msgServer.cost().memory().orElse(0);
        Duration cpu = msgServer.cost().cpu();
        Outcome logins = users.logIn(FIRST, connections, ClientType.CLIENT_TYPE_ANDROID);
        Duration spent = msgServer.cost().cpu().minus(cpu);
        long uncollected = msgServer.cost().memory().orElse(0);
        msgServer.collectGarbage();
        long after = msgServer.cost().memory().orElse(0);
        if (users.connected() < connections) {
            throw new IOException("of " + connections + " idle connections " + users.connected() + " are left");
        }
        return new IdleConnections(
                connections,
                (double) (after - before) / connections,
                (double) (uncollected - before) / connections,
                logins.transfersPerSecond(),
                spent.toNanos() / 1e3 / connections);
    }
}
