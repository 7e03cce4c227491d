package im.db.link;

import im.netlib.Router;
import im.proto.Commands;

/** What a msg-server may ask. */
public final class MsgServerRouter {
    private MsgServerRouter() {}

    public static Router<MsgServerLink> of(
            LoginCommands login,
            UserCommands users,
            DepartmentCommands departments,
            MessageCommands messages,
            ConversationCommands conversations,
            GroupCommands groups,
            PushCommands pushes,
            OfflineFileCommands files) {
        return Router.<MsgServerLink>forRole("msg-server")
                .on(Commands.OTHER_VALIDATE_REQ, login::onValidate)
                .on(Commands.BUDDY_LIST_ALL_USER_REQUEST, users::onAllUsers)
                .on(Commands.BUDDY_LIST_USER_INFO_REQUEST, users::onUsersInfo)
                .on(Commands.BUDDY_LIST_CHANGE_AVATAR_REQUEST, users::onChangeAvatar)
                .on(Commands.BUDDY_LIST_CHANGE_SIGN_INFO_REQUEST, users::onChangeSignInfo)
                .on(Commands.BUDDY_LIST_DEPARTMENT_REQUEST, departments::onDepartments)
                .on(Commands.MSG_DATA, messages::onMessage)
                .on(Commands.MSG_LIST_REQUEST, messages::onList)
                .on(Commands.MSG_GET_LATEST_MSG_ID_REQ, messages::onLatestId)
                .on(Commands.MSG_GET_BY_MSG_ID_REQ, messages::onByIds)
                .on(Commands.MSG_READ_ACK, conversations::onRead)
                .on(Commands.MSG_UNREAD_CNT_REQUEST, conversations::onUnread)
                .on(Commands.BUDDY_LIST_RECENT_CONTACT_SESSION_REQUEST, conversations::onRecent)
                .on(Commands.BUDDY_LIST_REMOVE_SESSION_REQ, conversations::onHide)
                .on(Commands.GROUP_NORMAL_LIST_REQUEST, groups::onNormalGroups)
                .on(Commands.GROUP_INFO_REQUEST, groups::onGroupInfo)
                .on(Commands.GROUP_CREATE_REQUEST, groups::onCreate)
                .on(Commands.GROUP_CHANGE_MEMBER_REQUEST, groups::onChangeMembers)
                .on(Commands.GROUP_SHIELD_GROUP_REQUEST, groups::onShield)
                .on(Commands.OTHER_GET_SHIELD_REQ, groups::onGetShields)
                .on(Commands.LOGIN_REQ_DEVICETOKEN, pushes::onDeviceToken)
                .on(Commands.LOGIN_REQ_PUSH_SHIELD, pushes::onShieldNights)
                .on(Commands.LOGIN_REQ_QUERY_PUSH_SHIELD, pushes::onShieldsNights)
                .on(Commands.OTHER_GET_DEVICE_TOKEN_REQ, pushes::onGetTokens)
                .on(Commands.FILE_HAS_OFFLINE_REQ, files::onHasOffline)
                .on(Commands.FILE_ADD_OFFLINE_REQ, files::onAddOffline)
                .on(Commands.FILE_DEL_OFFLINE_REQ, files::onDeleteOffline)
                .build();
    }
}
