package im.msg.session;

import im.netlib.Router;
import im.proto.Commands;

/** Everything that a logged-in client may send, and who handles it. */
public final class UserCommands {
    private final Router<UserSession> router;

    public UserCommands(
            SessionCommands sessions,
            BuddyCommands buddies,
            MessageCommands messages,
            DatabaseCommands database,
            FileCommands files) {
        router = database.addTo(Router.forRole("client"))
                .on(Commands.LOGIN_REQ_LOGINOUT, sessions::onLogout)
                .on(Commands.LOGIN_REQ_KICKPCCLIENT, sessions::onKickOwnDesktop)
                .on(Commands.MSG_TIME_REQUEST, sessions::onTimeRequest)
                .on(Commands.BUDDY_LIST_USERS_STATUS_REQUEST, buddies::onUsersStatus)
                .on(Commands.MSG_DATA, messages::onMessage)
                .on(Commands.MSG_DATA_ACK, messages::onDelivered)
                .on(Commands.FILE_REQUEST, files::onFileRequest)
                .on(Commands.FILE_HAS_OFFLINE_REQ, files::onHasOffline)
                .on(Commands.FILE_ADD_OFFLINE_REQ, files::onAddOffline)
                .on(Commands.FILE_DEL_OFFLINE_REQ, files::onDelOffline)
                .build();
    }

    Router<UserSession> router() {
        return router;
    }
}
