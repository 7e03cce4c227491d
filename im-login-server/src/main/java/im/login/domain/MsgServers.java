package im.login.domain;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * The msg-servers that are connected, by the id of their link. All state of a login-server is here, behind one lock; thread-safe.
 *
 * <p>It holds at most one server per link, and the port for msg-servers limits the links.
 */
public final class MsgServers {
    private static final Comparator<MsgServer> BY_LOAD =
            Comparator.comparingDouble(MsgServer::load).thenComparingLong(MsgServer::connections);

    private final Map<Long, MsgServer> servers = new HashMap<>();
    private final Random random;

    /** @param random chooses among servers that are equally good */
    public MsgServers(Random random) {
        this.random = random;
    }

    /**
     * A msg-server says who it is, for the first time or again. What it said before no longer holds, nor does what was said on another
     * link about the same address: that link is one that broke, and only its peer has noticed.
     */
    public synchronized void announced(long link, MsgServer server) {
        servers.values().removeIf(known -> known.address().equals(server.address()));
        servers.put(link, server);
    }

    /** A user came to the msg-server at that link. */
    public void userCame(long link) {
        change(link, MsgServer::withOneMore);
    }

    /** A user left the msg-server at that link. */
    public void userWent(long link) {
        change(link, MsgServer::withOneLess);
    }

    private synchronized void change(long link, UnaryOperator<MsgServer> change) {
        servers.computeIfPresent(link, (id, server) -> change.apply(server));
    }

    /** The link is gone, and the msg-server with it. */
    public synchronized void gone(long link) {
        servers.remove(link);
    }

    /**
     * The server that has the smallest share of the users it takes; if equal, the fewest users; if equal again, any. A full one never.
     *
     * <p>Nothing is counted here, a server's own reports are trusted: it is the dice that keep all who ask between two reports from
     * going to the same of several equal servers.
     */
    public synchronized Choice choose() {
        if (servers.isEmpty()) {
            return Choice.NO_MSG_SERVER;
        }
        List<MsgServer> open =
                servers.values().stream().filter(server -> !server.isFull()).toList();
        if (open.isEmpty()) {
            return Choice.MSG_SERVERS_FULL;
        }
        MsgServer best = open.stream().min(BY_LOAD).orElseThrow();
        List<MsgServer> equal = open.stream()
                .filter(server -> BY_LOAD.compare(server, best) == 0)
                .toList();
        return Choice.of(equal.get(random.nextInt(equal.size())).address());
    }

    /** How many msg-servers there are, full ones included. */
    public synchronized int size() {
        return servers.size();
    }
}
