package im.login.internal;

import im.login.domain.MsgServer;
import im.login.domain.MsgServerAddress;
import im.login.domain.MsgServers;
import im.netlib.Connection;
import im.netlib.Limits;
import im.netlib.ProtocolViolation;
import im.netlib.Router;
import im.netlib.Session;
import im.proto.Commands;
import im.proto.server.IMMsgServInfo;
import im.proto.server.IMUserCntUpdate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What msg-servers say: first where they are and how full, then that a user came or went. Nothing is answered. */
public final class LoadCommands {
    private static final Logger log = LoggerFactory.getLogger(LoadCommands.class);
    private static final int CAME = 1;
    private static final int WENT = 2;

    private final MsgServers msgServers;
    private final Limits limits;
    private final Router<Link> unknown = Router.<Link>forRole("msg-server without an address")
            .on(Commands.OTHER_MSG_SERV_INFO, this::onMsgServInfo)
            .build();
    private final Router<Link> known = Router.<Link>forRole("msg-server")
            .on(Commands.OTHER_MSG_SERV_INFO, this::onMsgServInfo)
            .on(Commands.OTHER_USER_CNT_UPDATE, this::onUserCntUpdate)
            .build();

    public LoadCommands(MsgServers msgServers, Limits limits) {
        this.msgServers = msgServers;
        this.limits = limits;
    }

    /** A msg-server has connected. */
    public void onConnected(Connection connection) {
        connection.become(unknown, new Link(connection, msgServers, ""), limits);
    }

    /** @param server what the msg-server calls itself; empty before it has said so */
    private record Link(Connection connection, MsgServers msgServers, String server) implements Session {
        @Override
        public String describe() {
            return server;
        }

        @Override
        public void onClosed() {
            if (!server.isEmpty()) {
                msgServers.gone(connection.id());
                log.info("{}: gone", connection);
            }
        }
    }

    private void onMsgServInfo(Link link, IMMsgServInfo info, int seq) {
        Connection connection = link.connection();
        MsgServer server = new MsgServer(
                address(info),
                info.getHostName(),
                Integer.toUnsignedLong(info.getCurConnCnt()),
                Integer.toUnsignedLong(info.getMaxConnCnt()));
        msgServers.announced(connection.id(), server);
        connection.become(known, new Link(connection, msgServers, server.address() + " " + server.hostName()), limits);
        log.info("{}: {} of {} users", connection, server.connections(), server.maxConnections());
    }

    private static MsgServerAddress address(IMMsgServInfo info) {
        String backup = info.getIp2().isBlank() ? info.getIp1() : info.getIp2();
        try {
            return new MsgServerAddress(info.getIp1(), backup, info.getPort());
        } catch (IllegalArgumentException e) {
            throw new ProtocolViolation("no address that a client could use: " + e.getMessage());
        }
    }

    private void onUserCntUpdate(Link link, IMUserCntUpdate update, int seq) {
        switch (update.getUserAction()) {
            case CAME -> msgServers.userCame(link.connection().id());
            case WENT -> msgServers.userWent(link.connection().id());
            default -> throw new ProtocolViolation("user_action " + update.getUserAction());
        }
    }
}
