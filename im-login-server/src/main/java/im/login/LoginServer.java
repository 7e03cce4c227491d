package im.login;

import im.login.client.MsgServCommands;
import im.login.domain.MsgServers;
import im.login.http.Answers;
import im.login.internal.LoadCommands;
import im.netlib.Admission;
import im.netlib.ConnectionSettings;
import im.netlib.PduServer;
import im.netlib.Transport;
import im.server.RunningServer;
import im.server.http.HttpPort;
import im.server.management.Telemetry;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A running login-server: three ports around one {@link MsgServers}. Thread-safe. */
public final class LoginServer implements RunningServer {
    private final LoginServerConfig config;
    private final EventLoopGroup loops;
    private final Answers answers;
    private final LoadCommands load;
    private final MsgServCommands msgServ;
    private final AtomicBoolean closed = new AtomicBoolean();
    private PduServer msgServers;
    private PduServer clients;
    private HttpPort http;

    private LoginServer(LoginServerConfig config, Telemetry telemetry) {
        this.config = config;
        this.loops = Transport.eventLoops("login-server", config.threads());

        MsgServers known = new MsgServers(new Random());
        telemetry.needs("no msg-server is connected", () -> known.size() > 0);
        this.load = new LoadCommands(known, config.link());
        this.msgServ = new MsgServCommands(known, config.clientLimits());
        this.answers = new Answers(known, config.hints());
    }

    /**
     * Starts listening. Until a msg-server has connected, clients are told that there is none.
     *
     * @throws IOException when a port cannot be had; then nothing is left running
     */
    public static LoginServer start(LoginServerConfig config) throws IOException {
        return start(config, new Telemetry());
    }

    /** As above. */
    public static LoginServer start(LoginServerConfig config, Telemetry telemetry) throws IOException {
        LoginServer server = new LoginServer(config, telemetry);
        try {
            server.listen();
            server.describe(telemetry);
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void listen() throws IOException {
        config.clientTls().watchWith(loops);
        config.linkTls().watchWith(loops);
        msgServers = PduServer.bind(
                "login-server for msg-servers",
                loops,
                config.internal(),
                ConnectionSettings.forLinks(config.linkHeartbeat()).with(config.linkTls()),
                Admission.ofOurOwn(config.maxMsgServers()),
                load::onConnected);
        clients = PduServer.bind(
                "login-server for clients",
                loops,
                config.client(),
                ConnectionSettings.forClients().with(config.clientTls()),
                new Admission(config.maxClients()),
                msgServ::onConnected);
        http = HttpPort.bind(
                "login-server http",
                loops,
                config.http(),
                config.httpLimits(),
                config.clientTls(),
                new Admission(config.maxHttpConnections()),
                answers);
    }

    private void describe(Telemetry telemetry) {
        telemetry.watch(loops);
        telemetry.meterPorts("msg-server", List.of(msgServers));
        telemetry.meterPorts("client", List.of(clients));
        telemetry.meterLimits("http-client", List.of(http.limitsReached()));
        telemetry.meterTls("client-ports", config.clientTls());
        telemetry.meterTls("between-servers", config.linkTls());
    }

    /** Where clients ask by HTTP; really bound. */
    public InetSocketAddress httpAddress() {
        return http.address();
    }

    /** Where clients ask by PDU; really bound. */
    public InetSocketAddress clientAddress() {
        return clients.address();
    }

    /** Where msg-servers connect; really bound. */
    public InetSocketAddress internalAddress() {
        return msgServers.address();
    }

    /** Ends all connections; takes a few seconds at most. Clients first, so that none is told that there is no msg-server. Not on an event loop. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (http != null) {
            http.close();
        }
        if (clients != null) {
            clients.close();
        }
        if (msgServers != null) {
            msgServers.close();
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
