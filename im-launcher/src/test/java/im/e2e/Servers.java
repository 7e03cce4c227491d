package im.e2e;

import com.google.common.net.HostAndPort;
import im.client.ClientListener;
import im.client.ClientOptions;
import im.client.ImClient;
import im.db.DbProxy;
import im.db.DbProxyConfig;
import im.file.FileServer;
import im.file.FileServerConfig;
import im.msg.MsgServer;
import im.msg.MsgServerConfig;
import im.server.Settings;
import im.testkit.Eventually;
import im.testkit.TestDatabase;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A deployment of real servers on a real database, each of which can be stopped and started again where it was. Users: alice, bob
 * and carol.
 */
final class Servers implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    private final UserDatabase database;
    private final Path folder;
    private final Map<String, String> fileServerSettings;
    private final List<FileServer> fileServers = new ArrayList<>();
    private final List<InetSocketAddress> fileServerPorts = new ArrayList<>();
    private final List<ImClient> clients = new ArrayList<>();
    private DbProxy dbProxy;
    private MsgServer msgServer;
    private int dbProxyPort;
    private int msgServerPort;

    private Servers(UserDatabase database, Path folder, Map<String, String> fileServerSettings) {
        this.database = database;
        this.folder = folder;
        this.fileServerSettings = fileServerSettings;
    }

    static Servers start(Path folder) throws Exception {
        return start(folder, 1);
    }

    static Servers start(Path folder, int fileServers) throws Exception {
        return start(folder, fileServers, Map.of());
    }

    /** @param fileServerSettings by full key */
    static Servers start(Path folder, int fileServers, Map<String, String> fileServerSettings) throws Exception {
        return start(new UserDatabase(List.of("alice", "bob", "carol")), folder, fileServers, fileServerSettings);
    }

    /** On a database that has tables already, or none. The file-servers' stores are below {@code folder}, as {@link #store} says. */
    static Servers start(UserDatabase database, Path folder, int fileServers, Map<String, String> fileServerSettings)
            throws Exception {
        Servers servers = new Servers(database, folder, fileServerSettings);
        servers.startDbProxy();
        for (int i = 0; i < fileServers; i++) {
            servers.fileServers.add(null);
            servers.fileServerPorts.add(new InetSocketAddress(HOST, 0));
            servers.startFileServer(i);
        }
        servers.startMsgServer();
        return servers;
    }

    private static Settings settings(Map<String, String> overrides) {
        return Settings.load(Optional.empty(), overrides);
    }

    void startDbProxy() throws Exception {
        Map<String, String> overrides = new HashMap<>(database.settings());
        overrides.put("db-proxy.port", Integer.toString(dbProxyPort));
        dbProxy = DbProxy.start(DbProxyConfig.read(settings(overrides).at("db-proxy")));
        dbProxyPort = dbProxy.address().getPort();
    }

    void stopDbProxy() {
        dbProxy.close();
    }

    void startFileServer(int index) throws Exception {
        // Client and internal port of a restarted server are where they were.
        InetSocketAddress internal = fileServerPorts.get(index);
        Map<String, String> overrides = new HashMap<>(fileServerSettings);
        overrides.put("file-server.client.host", HOST);
        overrides.put("file-server.client.port", "0");
        overrides.put("file-server.internal.port", Integer.toString(internal.getPort()));
        overrides.put("file-server.store.folder", store(folder, index).toString());
        FileServer server =
                FileServer.start(FileServerConfig.read(settings(overrides).at("file-server")));
        fileServers.set(index, server);
        fileServerPorts.set(index, server.internalAddresses().get(0));
    }

    static Path store(Path folder, int fileServer) {
        return folder.resolve("files-" + fileServer);
    }

    TestDatabase database() {
        return database.database();
    }

    void stopFileServer(int index) throws Exception {
        fileServers.get(index).close();
    }

    void startMsgServer() throws Exception {
        Map<String, String> overrides = new HashMap<>(Map.of(
                "msg-server.client.host",
                HOST,
                "msg-server.client.port",
                Integer.toString(msgServerPort),
                "msg-server.db-proxies",
                HOST + ":" + dbProxyPort,
                "msg-server.link.reconnect-cap",
                "200ms"));
        overrides.put(
                "msg-server.file-servers",
                fileServerPorts.stream()
                        .map(address -> HOST + ":" + address.getPort())
                        .collect(Collectors.joining(",")));
        msgServer = MsgServer.start(MsgServerConfig.read(settings(overrides).at("msg-server")));
        msgServerPort = msgServer.clientAddress().getPort();
        Eventually.until("the msg-server is linked", msgServer::isUsable);
    }

    void stopMsgServer() {
        msgServer.close();
    }

    void restartEverything() throws Exception {
        stopMsgServer();
        for (int i = 0; i < fileServers.size(); i++) {
            stopFileServer(i);
        }
        stopDbProxy();
        startDbProxy();
        for (int i = 0; i < fileServers.size(); i++) {
            startFileServer(i);
        }
        startMsgServer();
    }

    /** How many files are recorded and neither fetched nor deleted. */
    int recordedFiles() throws SQLException {
        try (Connection connection = database.database().connect();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT COUNT(*) FROM offline_file WHERE deleted IS NULL")) {
            count.next();
            return count.getInt(1);
        }
    }

    /** As if the database had been restored from a backup that is older than all files. */
    void loseRecords() throws SQLException {
        database.database().execute("DELETE FROM offline_file");
    }

    InetSocketAddress msgServerAddress() {
        return msgServer.clientAddress();
    }

    InetSocketAddress fileServerAddress(int index) {
        return fileServers.get(index).clientAddresses().get(0);
    }

    ImClient login(String user) throws Exception {
        return login(user, ClientListener.NONE);
    }

    ImClient login(String user, ClientListener listener) throws Exception {
        ClientOptions options = ClientOptions.of(HostAndPort.fromParts(HOST, msgServerPort), user, user + "pw");
        ImClient client = ImClient.connect(options, listener).get(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        clients.add(client);
        return client;
    }

    /** Ends all clients: one that is still on its way back would end a later one of its user. */
    void logOutEverybody() {
        clients.forEach(ImClient::close);
        clients.clear();
    }

    @Override
    public void close() throws IOException {
        logOutEverybody();
        msgServer.close();
        for (FileServer server : fileServers) {
            server.close();
        }
        dbProxy.close();
        database.close();
    }
}
