package im.route.link;

import im.netlib.Connection;
import im.netlib.Router;
import im.proto.Commands;
import im.route.domain.Presence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The port for msg-servers. Event loop only. */
public final class MsgServerLinks {
    private static final Logger log = LoggerFactory.getLogger(MsgServerLinks.class);

    private final LinkLimits limits;
    private final Presence<MsgServerLink> presence = new Presence<>();
    private final Router<MsgServerLink> router;
    private boolean stopping;

    public MsgServerLinks(LinkLimits limits) {
        this.limits = limits;
        PresenceCommands presences = new PresenceCommands(presence, limits);
        FanOutCommands fanOut = new FanOutCommands(presence, limits.maxForwarded());
        this.router = Router.<MsgServerLink>forRole("msg-server")
                .on(Commands.OTHER_ROLE_SET, presences::onRole)
                .on(Commands.OTHER_ONLINE_USER_INFO, presences::onAllUsers)
                .on(Commands.OTHER_USER_STATUS_UPDATE, presences::onUserStatus)
                .on(Commands.BUDDY_LIST_USERS_STATUS_REQUEST, presences::onStatusRequest)
                .onPdu(Commands.FILE_NOTIFY, fanOut::onFile)
                .onPdu(Commands.MSG_DATA, fanOut::onMessage)
                .onPdu(Commands.MSG_READ_NOTIFY, fanOut::onMessageRead)
                .onPdu(Commands.SWITCH_P2P_CMD, fanOut::onP2PCommand)
                .onPdu(Commands.GROUP_CHANGE_MEMBER_NOTIFY, fanOut::onGroupMembers)
                .onPdu(Commands.BUDDY_LIST_REMOVE_SESSION_NOTIFY, fanOut::onSessionRemoved)
                .onPdu(Commands.BUDDY_LIST_AVATAR_CHANGED_NOTIFY, fanOut::onAvatar)
                .onPdu(Commands.BUDDY_LIST_SIGN_INFO_CHANGED_NOTIFY, fanOut::onSignature)
                .onPdu(Commands.OTHER_SERVER_KICK_USER, fanOut::onKick)
                .build();
    }

    /** A msg-server has connected. */
    public void onConnected(Connection connection) {
        if (presence.linkCount() >= limits.maxLinks()) {
            connection.abort(presence.linkCount() + " msg-servers are linked already");
            return;
        }
        MsgServerLink link = new MsgServerLink(connection, limits.maxNews(), this::gone);
        connection.become(router, link, limits.connection());
        presence.linked(link);
        log.info("{}: linked, {} in all", connection, presence.linkCount());
    }

    private void gone(MsgServerLink link) {
        if (!stopping) {
            log.info("{}: gone, and {} users with it", link, presence.userCount(link));
            presence.unlinked(link);
        }
    }

    /** From now on links end because this server does, which says nothing about their users. */
    public void stop() {
        stopping = true;
    }
}
