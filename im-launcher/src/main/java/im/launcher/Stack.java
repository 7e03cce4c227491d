package im.launcher;

import im.db.DbProxy;
import im.db.DbProxyConfig;
import im.file.FileServer;
import im.file.FileServerConfig;
import im.msg.MsgServer;
import im.msg.MsgServerConfig;
import im.server.Settings;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All servers of a deployment in this JVM, each on its own ports and speaking to the others over them, as if they were processes of
 * their own.
 */
public final class Stack implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Stack.class);

    private final DbProxy dbProxy;
    private final FileServer fileServer;
    private final MsgServer msgServer;
    private final Deque<AutoCloseable> started;

    private Stack(DbProxy dbProxy, FileServer fileServer, MsgServer msgServer, Deque<AutoCloseable> started) {
        this.dbProxy = dbProxy;
        this.fileServer = fileServer;
        this.msgServer = msgServer;
        this.started = started;
    }

    /**
     * Starts the servers and connects them; they are ready for clients a moment later, see {@link MsgServer#isUsable()}.
     *
     * @param overrides settings by full key; where the msg-server finds the others need not be among them
     * @throws Exception when a server cannot start; then none is left running
     */
    public static Stack start(Map<String, String> overrides) throws Exception {
        Deque<AutoCloseable> started = new ArrayDeque<>();
        try {
            Settings settings = Settings.load(Optional.empty(), overrides);
            DbProxy dbProxy = DbProxy.start(DbProxyConfig.read(settings.at("db-proxy")));
            started.push(dbProxy);
            FileServer fileServer = FileServer.start(FileServerConfig.read(settings.at("file-server")));
            started.push(fileServer);

            Map<String, String> linked = new HashMap<>(overrides);
            linked.putIfAbsent("msg-server.db-proxies", addresses(List.of(dbProxy.address())));
            linked.putIfAbsent("msg-server.file-servers", addresses(fileServer.internalAddresses()));
            Settings all = Settings.load(Optional.empty(), linked);
            MsgServer msgServer = MsgServer.start(MsgServerConfig.read(all.at("msg-server")));
            started.push(msgServer);
            return new Stack(dbProxy, fileServer, msgServer, started);
        } catch (Exception e) {
            closeAll(started);
            throw e;
        }
    }

    /** How the msg-server reaches servers that listen here. */
    private static String addresses(List<InetSocketAddress> listening) {
        return listening.stream()
                .map(address -> (address.getAddress().isAnyLocalAddress() ? "127.0.0.1" : address.getHostString()) + ":"
                        + address.getPort())
                .collect(Collectors.joining(","));
    }

    public DbProxy dbProxy() {
        return dbProxy;
    }

    public FileServer fileServer() {
        return fileServer;
    }

    public MsgServer msgServer() {
        return msgServer;
    }

    /** Stops what clients see first, and what the others need last. */
    @Override
    public void close() {
        closeAll(started);
    }

    private static void closeAll(Deque<AutoCloseable> started) {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                log.error("a server did not stop in order", e);
            }
        }
    }
}
