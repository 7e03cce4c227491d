package im.bench.run;

import im.bench.server.ProcessCost;
import im.bench.server.ServerKind;
import im.bench.server.ServerProcess;
import im.db.Accounts;
import im.db.DbProxyConfig;
import im.db.domain.NameTaken;
import im.db.domain.Profile;
import im.db.domain.UserName;
import im.embeddeddb.EmbeddedDatabase;
import im.server.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What messages need: a fresh database with users, a db-proxy, and one msg-server, or two with a route-server, each a process of its own. */
final class MessageServers implements AutoCloseable {
    static final String PASSWORD = "password";

    private static final String URL = "db-proxy.database.url";
    private static final String USER = "db-proxy.database.user";
    private static final String DATABASE_PASSWORD = "db-proxy.database.password";
    private static final String CHEAP_PASSWORDS = "4";
    private static final String PORT = "msg-servers";

    private final Workplace workplace;
    private final Map<String, ProcessCost> costs = new LinkedHashMap<>();
    private final List<ServerProcess> msgServers = new ArrayList<>();

    private MessageServers(Workplace workplace) {
        this.workplace = workplace;
    }

    /**
     * @param parent of the folder for the time of the run; empty means that for temporary files
     * @param users how many; they are u1, u2 and so on
     */
    static MessageServers start(Optional<Path> parent, int msgServers, int users, List<String> jvmOptions)
            throws IOException, InterruptedException {
        MessageServers servers = new MessageServers(Workplace.create(parent));
        try {
            servers.startAll(msgServers, users, jvmOptions);
            return servers;
        } catch (IOException | InterruptedException | RuntimeException e) {
            servers.close();
            throw e;
        }
    }

    private void startAll(int count, int users, List<String> jvmOptions) throws IOException, InterruptedException {
        EmbeddedDatabase database =
                workplace.running(EmbeddedDatabase.start(workplace.folder().resolve("database"), 0));
        database.process().ifPresent(process -> costs.put("database", new ProcessCost(process)));
        Map<String, String> access =
                Map.of(URL, database.jdbcUrl(), USER, database.user(), DATABASE_PASSWORD, database.password());
        addUsers(access, users);

        ServerProcess dbProxy = start(ServerKind.DB_PROXY, "db-proxy", access, jvmOptions);
        Map<String, String> settings = new HashMap<>();
        settings.put("msg-server.db-proxies", dbProxy.port(PORT).toString());
        settings.put("msg-server.file-servers", "");
        if (count > 1) {
            ServerProcess routeServer = start(ServerKind.ROUTE_SERVER, "route-server", Map.of(), jvmOptions);
            settings.put("msg-server.route-servers", routeServer.port(PORT).toString());
        }
        for (int i = 1; i <= count; i++) {
            msgServers.add(start(ServerKind.MSG_SERVER, "msg-server " + i, settings, jvmOptions));
        }
        costs.put("load", new ProcessCost(ProcessHandle.current()));
    }

    private static void addUsers(Map<String, String> access, int users) throws IOException {
        Map<String, String> settings = new HashMap<>(access);
        settings.put("db-proxy.passwords.cost", CHEAP_PASSWORDS);
        try (Accounts accounts = Accounts.open(
                DbProxyConfig.read(Settings.load(Optional.empty(), settings).at("db-proxy")))) {
            for (int i = 1; i <= users; i++) {
                String name = "u" + i;
                accounts.add(new UserName(name), PASSWORD, Profile.ofNickName(name));
            }
        } catch (NameTaken e) {
            throw new IOException("the database is not fresh", e);
        }
    }

    private ServerProcess start(ServerKind kind, String name, Map<String, String> settings, List<String> jvmOptions)
            throws IOException, InterruptedException {
        ServerProcess process = workplace.running(ServerProcess.start(
                kind, settings, jvmOptions, workplace.folder().resolve(name + ".log")));
        costs.put(name, process.cost());
        return process;
    }

    /** Where those who write log in. */
    InetSocketAddress writing() {
        return msgServers.get(0).address("clients");
    }

    /** Where those who read log in. */
    InetSocketAddress reading() {
        return msgServers.get(msgServers.size() - 1).address("clients");
    }

    /** What each process costs, by its name; the one that plays the clients is among them. */
    Map<String, ProcessCost> costs() {
        return costs;
    }

    @Override
    public void close() throws IOException {
        workplace.close();
    }
}
