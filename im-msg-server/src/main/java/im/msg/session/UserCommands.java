package im.msg.session;

import im.netlib.Router;
import im.proto.Commands;

/** Everything that a logged-in client may send, and who handles it. */
public final class UserCommands {
    private final Router<UserSession> router;

    public UserCommands(SessionCommands sessions, BuddyCommands buddies, MessageCommands messages, FileCommands files) {
        router = Router.<UserSession>forRole("client")
                .on(Commands.LOGIN_REQ_LOGINOUT, sessions::onLogout)
                .on(Commands.LOGIN_REQ_KICKPCCLIENT, sessions::onKickOwnDesktop)
                .on(Commands.MSG_TIME_REQUEST, sessions::onTimeRequest)
                .on(Commands.BUDDY_LIST_USERS_STATUS_REQUEST, buddies::onUsersStatus)
                .on(Commands.BUDDY_LIST_ALL_USER_REQUEST, buddies::onAllUsers)
                .on(Commands.MSG_DATA, messages::onMessage)
                .on(Commands.MSG_DATA_ACK, messages::onDelivered)
                .on(Commands.FILE_REQUEST, files::onFileRequest)
                .on(Commands.FILE_HAS_OFFLINE_REQ, files::onHasOffline)
                .on(Commands.FILE_ADD_OFFLINE_REQ, files::onAddOffline)
                .on(Commands.FILE_DEL_OFFLINE_REQ, files::onDelOffline)
                // Clients of the family send these as soon as they are in. This server does not offer what they
                // ask for, and says so by not answering, as one of the family does when it has nobody to ask.
                .ignore(
                        Commands.LOGIN_REQ_DEVICETOKEN,
                        Commands.LOGIN_REQ_PUSH_SHIELD,
                        Commands.LOGIN_REQ_QUERY_PUSH_SHIELD,
                        Commands.BUDDY_LIST_RECENT_CONTACT_SESSION_REQUEST,
                        Commands.BUDDY_LIST_USER_INFO_REQUEST,
                        Commands.BUDDY_LIST_REMOVE_SESSION_REQ,
                        Commands.BUDDY_LIST_CHANGE_AVATAR_REQUEST,
                        Commands.BUDDY_LIST_DEPARTMENT_REQUEST,
                        Commands.BUDDY_LIST_CHANGE_SIGN_INFO_REQUEST,
                        Commands.MSG_READ_ACK,
                        Commands.MSG_UNREAD_CNT_REQUEST,
                        Commands.MSG_LIST_REQUEST,
                        Commands.MSG_GET_LATEST_MSG_ID_REQ,
                        Commands.MSG_GET_BY_MSG_ID_REQ,
                        Commands.GROUP_NORMAL_LIST_REQUEST,
                        Commands.GROUP_INFO_REQUEST,
                        Commands.GROUP_CREATE_REQUEST,
                        Commands.GROUP_CHANGE_MEMBER_REQUEST,
                        Commands.GROUP_SHIELD_GROUP_REQUEST,
                        Commands.SWITCH_P2P_CMD)
                .build();
    }

    Router<UserSession> router() {
        return router;
    }
}
