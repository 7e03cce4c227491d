package im.db;

import im.db.domain.CredentialMemory;
import im.db.domain.EndedFiles;
import im.db.domain.Logins;
import im.db.domain.PasswordHashing;
import im.db.domain.Users;
import im.db.link.ConversationCommands;
import im.db.link.DepartmentCommands;
import im.db.link.GroupCommands;
import im.db.link.LoginCommands;
import im.db.link.MessageCommands;
import im.db.link.MsgServerLink;
import im.db.link.MsgServerRouter;
import im.db.link.OfflineFileCommands;
import im.db.link.PushCommands;
import im.db.link.StorageCalls;
import im.db.link.Stripes;
import im.db.link.UserCommands;
import im.db.mysql.Database;
import im.db.mysql.GroupMembers;
import im.db.mysql.MySqlConversations;
import im.db.mysql.MySqlDepartments;
import im.db.mysql.MySqlGroups;
import im.db.mysql.MySqlMessages;
import im.db.mysql.MySqlOfflineFiles;
import im.db.mysql.MySqlPushes;
import im.db.mysql.MySqlUsers;
import im.netlib.Admission;
import im.netlib.Connection;
import im.netlib.ConnectionSettings;
import im.netlib.PduServer;
import im.netlib.Router;
import im.netlib.Transport;
import im.proto.Commands;
import im.proto.server.IMStopReceivePacket;
import im.server.RunningServer;
import im.server.management.Telemetry;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A running db-proxy. */
public final class DbProxy implements RunningServer {
    private static final IMStopReceivePacket STOP =
            IMStopReceivePacket.newBuilder().setResult(0).build();

    private final DbProxyConfig config;
    private final Database database;
    private final Stripes stripes;
    private final EndedFiles endedFiles;
    private final Router<MsgServerLink> router;
    private final EventLoopGroup loops;
    private final PduServer server;
    private final Set<MsgServerLink> links = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    private DbProxy(DbProxyConfig config, Database database) throws IOException {
        this.config = config;
        this.database = database;
        Clock clock = Clock.systemUTC();
        Users users = new MySqlUsers(database, clock);
        GroupMembers members = new GroupMembers();
        Logins logins = new Logins(
                users,
                new PasswordHashing(config.passwords().cost()),
                new CredentialMemory(
                        config.passwords().remembered(), config.passwords().rememberFor()));
        this.stripes = new Stripes(
                "database",
                config.stripes().count(),
                config.stripes().queueLength(),
                config.stripes().patience(),
                config.stripes().closeTimeout());
        StorageCalls storage = new StorageCalls(stripes);
        MySqlOfflineFiles files = new MySqlOfflineFiles(database, clock);
        this.endedFiles = new EndedFiles(files, clock, config.keepEndedFiles());
        this.router = MsgServerRouter.of(
                new LoginCommands(storage, logins),
                new UserCommands(storage, users, config.listedUsers()),
                new DepartmentCommands(storage, new MySqlDepartments(database, clock)),
                new MessageCommands(storage, new MySqlMessages(database, members, clock)),
                new ConversationCommands(storage, new MySqlConversations(database)),
                new GroupCommands(storage, new MySqlGroups(database, members, config.maxMembers(), clock)),
                new PushCommands(storage, new MySqlPushes(database), config.night(), clock),
                new OfflineFileCommands(storage, files, config.listedFiles()));
        this.loops = Transport.eventLoops("db-proxy", config.link().threads());
        this.server = bind();
        endedFiles.start();
    }

    private PduServer bind() throws IOException {
        config.link().tls().watchWith(loops);
        try {
            return PduServer.bind(
                    "db-proxy",
                    loops,
                    config.address(),
                    ConnectionSettings.forLinks(config.link().heartbeat())
                            .with(config.link().tls()),
                    Admission.ofAll(),
                    this::onConnected);
        } catch (IOException e) {
            endedFiles.close();
            stripes.close();
            stopLoops();
            throw e;
        }
    }

    /**
     * Starts a db-proxy. A database that does not answer yet is no obstacle: until it does, requests are answered with a
     * result code.
     *
     * @throws IOException when the port cannot be had; then nothing is left running
     */
    public static DbProxy start(DbProxyConfig config) throws IOException {
        return start(config, new Telemetry());
    }

    /** As above. */
    public static DbProxy start(DbProxyConfig config, Telemetry telemetry) throws IOException {
        Database database = Database.open(config.database(), telemetry.meters());
        try {
            DbProxy proxy = new DbProxy(config, database);
            proxy.describe(telemetry);
            return proxy;
        } catch (IOException | RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private void describe(Telemetry telemetry) {
        telemetry.needs("the database cannot be used", database::isUsable);
        telemetry.watch(loops);
        telemetry.meterPorts("msg-server", List.of(server));
        telemetry.meterTls("between-servers", config.link().tls());
        stripes.meter(telemetry.meters());
    }

    private void onConnected(Connection connection) {
        MsgServerLink link = new MsgServerLink(connection, links::remove);
        links.add(link);
        connection.become(router, link, config.link().limits());
    }

    /** Where msg-servers connect. */
    public InetSocketAddress address() {
        return server.address();
    }

    /** Asks the msg-servers to go elsewhere, finishes and answers what was accepted, and stops. Idempotent. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        server.stopAccepting();
        links.forEach(link -> link.send(Commands.OTHER_STOP_RECV_PACKET, 0, STOP));
        endedFiles.close();
        stripes.close();
        server.close();
        stopLoops();
        database.close();
    }

    private void stopLoops() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
