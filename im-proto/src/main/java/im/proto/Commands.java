package im.proto;

import static im.proto.base.ServiceID.SID_BUDDY_LIST_VALUE;
import static im.proto.base.ServiceID.SID_FILE_VALUE;
import static im.proto.base.ServiceID.SID_GROUP_VALUE;
import static im.proto.base.ServiceID.SID_LOGIN_VALUE;
import static im.proto.base.ServiceID.SID_MSG_VALUE;
import static im.proto.base.ServiceID.SID_OTHER_VALUE;
import static im.proto.base.ServiceID.SID_SWITCH_SERVICE_VALUE;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import im.proto.buddy.IMAllUserReq;
import im.proto.buddy.IMAllUserRsp;
import im.proto.buddy.IMAvatarChangedNotify;
import im.proto.buddy.IMChangeAvatarReq;
import im.proto.buddy.IMChangeAvatarRsp;
import im.proto.buddy.IMChangeSignInfoReq;
import im.proto.buddy.IMChangeSignInfoRsp;
import im.proto.buddy.IMDepartmentReq;
import im.proto.buddy.IMDepartmentRsp;
import im.proto.buddy.IMPCLoginStatusNotify;
import im.proto.buddy.IMRecentContactSessionReq;
import im.proto.buddy.IMRecentContactSessionRsp;
import im.proto.buddy.IMRemoveSessionNotify;
import im.proto.buddy.IMRemoveSessionReq;
import im.proto.buddy.IMRemoveSessionRsp;
import im.proto.buddy.IMSignInfoChangedNotify;
import im.proto.buddy.IMUserStatNotify;
import im.proto.buddy.IMUsersInfoReq;
import im.proto.buddy.IMUsersInfoRsp;
import im.proto.buddy.IMUsersStatReq;
import im.proto.buddy.IMUsersStatRsp;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.file.IMFileLoginReq;
import im.proto.file.IMFileLoginRsp;
import im.proto.file.IMFileNotify;
import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFilePullDataRsp;
import im.proto.file.IMFileReq;
import im.proto.file.IMFileRsp;
import im.proto.file.IMFileState;
import im.proto.group.IMGroupChangeMemberNotify;
import im.proto.group.IMGroupChangeMemberReq;
import im.proto.group.IMGroupChangeMemberRsp;
import im.proto.group.IMGroupCreateReq;
import im.proto.group.IMGroupCreateRsp;
import im.proto.group.IMGroupInfoListReq;
import im.proto.group.IMGroupInfoListRsp;
import im.proto.group.IMGroupShieldReq;
import im.proto.group.IMGroupShieldRsp;
import im.proto.group.IMNormalGroupListReq;
import im.proto.group.IMNormalGroupListRsp;
import im.proto.login.IMDeviceTokenReq;
import im.proto.login.IMDeviceTokenRsp;
import im.proto.login.IMKickPCClientReq;
import im.proto.login.IMKickPCClientRsp;
import im.proto.login.IMKickUser;
import im.proto.login.IMLoginReq;
import im.proto.login.IMLoginRes;
import im.proto.login.IMLogoutReq;
import im.proto.login.IMLogoutRsp;
import im.proto.login.IMMsgServReq;
import im.proto.login.IMMsgServRsp;
import im.proto.login.IMPushShieldReq;
import im.proto.login.IMPushShieldRsp;
import im.proto.login.IMQueryPushShieldReq;
import im.proto.login.IMQueryPushShieldRsp;
import im.proto.message.IMClientTimeReq;
import im.proto.message.IMClientTimeRsp;
import im.proto.message.IMGetLatestMsgIdReq;
import im.proto.message.IMGetLatestMsgIdRsp;
import im.proto.message.IMGetMsgByIdReq;
import im.proto.message.IMGetMsgByIdRsp;
import im.proto.message.IMGetMsgListReq;
import im.proto.message.IMGetMsgListRsp;
import im.proto.message.IMMsgData;
import im.proto.message.IMMsgDataAck;
import im.proto.message.IMMsgDataReadAck;
import im.proto.message.IMMsgDataReadNotify;
import im.proto.message.IMUnreadMsgCntReq;
import im.proto.message.IMUnreadMsgCntRsp;
import im.proto.other.IMHeartBeat;
import im.proto.server.IMFileServerIPReq;
import im.proto.server.IMFileServerIPRsp;
import im.proto.server.IMFileTransferReq;
import im.proto.server.IMFileTransferRsp;
import im.proto.server.IMGetDeviceTokenReq;
import im.proto.server.IMGetDeviceTokenRsp;
import im.proto.server.IMGroupGetShieldReq;
import im.proto.server.IMGroupGetShieldRsp;
import im.proto.server.IMMsgServInfo;
import im.proto.server.IMOnlineUserInfo;
import im.proto.server.IMPushToUserReq;
import im.proto.server.IMPushToUserRsp;
import im.proto.server.IMRoleSet;
import im.proto.server.IMServerKickUser;
import im.proto.server.IMServerPCLoginStatusNotify;
import im.proto.server.IMStopReceivePacket;
import im.proto.server.IMUserCntUpdate;
import im.proto.server.IMUserStatusUpdate;
import im.proto.server.IMValidateReq;
import im.proto.server.IMValidateRsp;
import im.proto.switchservice.IMP2PCmdMsg;
import java.util.List;

/**
 * Every command of the protocol, one constant each, named as in the protocol without its {@code CID_}. Constants are
 * immutable; any thread may use them.
 */
public final class Commands {

    // Login

    public static final Command<IMMsgServReq> LOGIN_REQ_MSGSERVER =
            fromClient(SID_LOGIN_VALUE, 0x0101, "LOGIN_REQ_MSGSERVER", IMMsgServReq.parser());
    public static final Command<IMMsgServRsp> LOGIN_RES_MSGSERVER =
            serversOnly(SID_LOGIN_VALUE, 0x0102, "LOGIN_RES_MSGSERVER", IMMsgServRsp.parser());
    public static final Command<IMLoginReq> LOGIN_REQ_USERLOGIN =
            fromClient(SID_LOGIN_VALUE, 0x0103, "LOGIN_REQ_USERLOGIN", IMLoginReq.parser());
    public static final Command<IMLoginRes> LOGIN_RES_USERLOGIN =
            serversOnly(SID_LOGIN_VALUE, 0x0104, "LOGIN_RES_USERLOGIN", IMLoginRes.parser());
    public static final Command<IMLogoutReq> LOGIN_REQ_LOGINOUT =
            fromClient(SID_LOGIN_VALUE, 0x0105, "LOGIN_REQ_LOGINOUT", IMLogoutReq.parser());
    public static final Command<IMLogoutRsp> LOGIN_RES_LOGINOUT =
            serversOnly(SID_LOGIN_VALUE, 0x0106, "LOGIN_RES_LOGINOUT", IMLogoutRsp.parser());
    public static final Command<IMKickUser> LOGIN_KICK_USER =
            serversOnly(SID_LOGIN_VALUE, 0x0107, "LOGIN_KICK_USER", IMKickUser.parser());
    public static final Command<IMDeviceTokenReq> LOGIN_REQ_DEVICETOKEN =
            fromClient(SID_LOGIN_VALUE, 0x0108, "LOGIN_REQ_DEVICETOKEN", IMDeviceTokenReq.parser());
    public static final Command<IMDeviceTokenRsp> LOGIN_RES_DEVICETOKEN =
            serversOnly(SID_LOGIN_VALUE, 0x0109, "LOGIN_RES_DEVICETOKEN", IMDeviceTokenRsp.parser());
    public static final Command<IMKickPCClientReq> LOGIN_REQ_KICKPCCLIENT =
            fromClient(SID_LOGIN_VALUE, 0x010a, "LOGIN_REQ_KICKPCCLIENT", IMKickPCClientReq.parser());
    public static final Command<IMKickPCClientRsp> LOGIN_RES_KICKPCCLIENT =
            serversOnly(SID_LOGIN_VALUE, 0x010b, "LOGIN_RES_KICKPCCLIENT", IMKickPCClientRsp.parser());
    public static final Command<IMPushShieldReq> LOGIN_REQ_PUSH_SHIELD =
            fromClient(SID_LOGIN_VALUE, 0x010c, "LOGIN_REQ_PUSH_SHIELD", IMPushShieldReq.parser());
    public static final Command<IMPushShieldRsp> LOGIN_RES_PUSH_SHIELD =
            serversOnly(SID_LOGIN_VALUE, 0x010d, "LOGIN_RES_PUSH_SHIELD", IMPushShieldRsp.parser());
    public static final Command<IMQueryPushShieldReq> LOGIN_REQ_QUERY_PUSH_SHIELD =
            fromClient(SID_LOGIN_VALUE, 0x010e, "LOGIN_REQ_QUERY_PUSH_SHIELD", IMQueryPushShieldReq.parser());
    public static final Command<IMQueryPushShieldRsp> LOGIN_RES_QUERY_PUSH_SHIELD =
            serversOnly(SID_LOGIN_VALUE, 0x010f, "LOGIN_RES_QUERY_PUSH_SHIELD", IMQueryPushShieldRsp.parser());

    // Contacts and presence

    public static final Command<IMRecentContactSessionReq> BUDDY_LIST_RECENT_CONTACT_SESSION_REQUEST = fromClient(
            SID_BUDDY_LIST_VALUE,
            0x0201,
            "BUDDY_LIST_RECENT_CONTACT_SESSION_REQUEST",
            IMRecentContactSessionReq.parser());
    public static final Command<IMRecentContactSessionRsp> BUDDY_LIST_RECENT_CONTACT_SESSION_RESPONSE = serversOnly(
            SID_BUDDY_LIST_VALUE,
            0x0202,
            "BUDDY_LIST_RECENT_CONTACT_SESSION_RESPONSE",
            IMRecentContactSessionRsp.parser());
    public static final Command<IMUserStatNotify> BUDDY_LIST_STATUS_NOTIFY =
            serversOnly(SID_BUDDY_LIST_VALUE, 0x0203, "BUDDY_LIST_STATUS_NOTIFY", IMUserStatNotify.parser());
    public static final Command<IMUsersInfoReq> BUDDY_LIST_USER_INFO_REQUEST =
            fromClient(SID_BUDDY_LIST_VALUE, 0x0204, "BUDDY_LIST_USER_INFO_REQUEST", IMUsersInfoReq.parser());
    public static final Command<IMUsersInfoRsp> BUDDY_LIST_USER_INFO_RESPONSE =
            serversOnly(SID_BUDDY_LIST_VALUE, 0x0205, "BUDDY_LIST_USER_INFO_RESPONSE", IMUsersInfoRsp.parser());
    public static final Command<IMRemoveSessionReq> BUDDY_LIST_REMOVE_SESSION_REQ =
            fromClient(SID_BUDDY_LIST_VALUE, 0x0206, "BUDDY_LIST_REMOVE_SESSION_REQ", IMRemoveSessionReq.parser());
    public static final Command<IMRemoveSessionRsp> BUDDY_LIST_REMOVE_SESSION_RES =
            serversOnly(SID_BUDDY_LIST_VALUE, 0x0207, "BUDDY_LIST_REMOVE_SESSION_RES", IMRemoveSessionRsp.parser());
    public static final Command<IMAllUserReq> BUDDY_LIST_ALL_USER_REQUEST =
            fromClient(SID_BUDDY_LIST_VALUE, 0x0208, "BUDDY_LIST_ALL_USER_REQUEST", IMAllUserReq.parser());
    public static final Command<IMAllUserRsp> BUDDY_LIST_ALL_USER_RESPONSE =
            serversOnly(SID_BUDDY_LIST_VALUE, 0x0209, "BUDDY_LIST_ALL_USER_RESPONSE", IMAllUserRsp.parser());
    public static final Command<IMUsersStatReq> BUDDY_LIST_USERS_STATUS_REQUEST =
            fromClient(SID_BUDDY_LIST_VALUE, 0x020a, "BUDDY_LIST_USERS_STATUS_REQUEST", IMUsersStatReq.parser());
    public static final Command<IMUsersStatRsp> BUDDY_LIST_USERS_STATUS_RESPONSE =
            serversOnly(SID_BUDDY_LIST_VALUE, 0x020b, "BUDDY_LIST_USERS_STATUS_RESPONSE", IMUsersStatRsp.parser());
    public static final Command<IMChangeAvatarReq> BUDDY_LIST_CHANGE_AVATAR_REQUEST =
            fromClient(SID_BUDDY_LIST_VALUE, 0x020c, "BUDDY_LIST_CHANGE_AVATAR_REQUEST", IMChangeAvatarReq.parser());
    public static final Command<IMChangeAvatarRsp> BUDDY_LIST_CHANGE_AVATAR_RESPONSE =
            serversOnly(SID_BUDDY_LIST_VALUE, 0x020d, "BUDDY_LIST_CHANGE_AVATAR_RESPONSE", IMChangeAvatarRsp.parser());
    public static final Command<IMPCLoginStatusNotify> BUDDY_LIST_PC_LOGIN_STATUS_NOTIFY = serversOnly(
            SID_BUDDY_LIST_VALUE, 0x020e, "BUDDY_LIST_PC_LOGIN_STATUS_NOTIFY", IMPCLoginStatusNotify.parser());
    public static final Command<IMRemoveSessionNotify> BUDDY_LIST_REMOVE_SESSION_NOTIFY = serversOnly(
            SID_BUDDY_LIST_VALUE, 0x020f, "BUDDY_LIST_REMOVE_SESSION_NOTIFY", IMRemoveSessionNotify.parser());
    public static final Command<IMDepartmentReq> BUDDY_LIST_DEPARTMENT_REQUEST =
            fromClient(SID_BUDDY_LIST_VALUE, 0x0210, "BUDDY_LIST_DEPARTMENT_REQUEST", IMDepartmentReq.parser());
    public static final Command<IMDepartmentRsp> BUDDY_LIST_DEPARTMENT_RESPONSE =
            serversOnly(SID_BUDDY_LIST_VALUE, 0x0211, "BUDDY_LIST_DEPARTMENT_RESPONSE", IMDepartmentRsp.parser());
    public static final Command<IMAvatarChangedNotify> BUDDY_LIST_AVATAR_CHANGED_NOTIFY = serversOnly(
            SID_BUDDY_LIST_VALUE, 0x0212, "BUDDY_LIST_AVATAR_CHANGED_NOTIFY", IMAvatarChangedNotify.parser());
    public static final Command<IMChangeSignInfoReq> BUDDY_LIST_CHANGE_SIGN_INFO_REQUEST = fromClient(
            SID_BUDDY_LIST_VALUE, 0x0213, "BUDDY_LIST_CHANGE_SIGN_INFO_REQUEST", IMChangeSignInfoReq.parser());
    public static final Command<IMChangeSignInfoRsp> BUDDY_LIST_CHANGE_SIGN_INFO_RESPONSE = serversOnly(
            SID_BUDDY_LIST_VALUE, 0x0214, "BUDDY_LIST_CHANGE_SIGN_INFO_RESPONSE", IMChangeSignInfoRsp.parser());
    public static final Command<IMSignInfoChangedNotify> BUDDY_LIST_SIGN_INFO_CHANGED_NOTIFY = serversOnly(
            SID_BUDDY_LIST_VALUE, 0x0215, "BUDDY_LIST_SIGN_INFO_CHANGED_NOTIFY", IMSignInfoChangedNotify.parser());

    // Messages

    public static final Command<IMMsgData> MSG_DATA = fromClient(SID_MSG_VALUE, 0x0301, "MSG_DATA", IMMsgData.parser());
    public static final Command<IMMsgDataAck> MSG_DATA_ACK =
            fromClient(SID_MSG_VALUE, 0x0302, "MSG_DATA_ACK", IMMsgDataAck.parser());
    public static final Command<IMMsgDataReadAck> MSG_READ_ACK =
            fromClient(SID_MSG_VALUE, 0x0303, "MSG_READ_ACK", IMMsgDataReadAck.parser());
    public static final Command<IMMsgDataReadNotify> MSG_READ_NOTIFY =
            serversOnly(SID_MSG_VALUE, 0x0304, "MSG_READ_NOTIFY", IMMsgDataReadNotify.parser());
    public static final Command<IMClientTimeReq> MSG_TIME_REQUEST =
            fromClient(SID_MSG_VALUE, 0x0305, "MSG_TIME_REQUEST", IMClientTimeReq.parser());
    public static final Command<IMClientTimeRsp> MSG_TIME_RESPONSE =
            serversOnly(SID_MSG_VALUE, 0x0306, "MSG_TIME_RESPONSE", IMClientTimeRsp.parser());
    public static final Command<IMUnreadMsgCntReq> MSG_UNREAD_CNT_REQUEST =
            fromClient(SID_MSG_VALUE, 0x0307, "MSG_UNREAD_CNT_REQUEST", IMUnreadMsgCntReq.parser());
    public static final Command<IMUnreadMsgCntRsp> MSG_UNREAD_CNT_RESPONSE =
            serversOnly(SID_MSG_VALUE, 0x0308, "MSG_UNREAD_CNT_RESPONSE", IMUnreadMsgCntRsp.parser());
    public static final Command<IMGetMsgListReq> MSG_LIST_REQUEST =
            fromClient(SID_MSG_VALUE, 0x0309, "MSG_LIST_REQUEST", IMGetMsgListReq.parser());
    public static final Command<IMGetMsgListRsp> MSG_LIST_RESPONSE =
            serversOnly(SID_MSG_VALUE, 0x030a, "MSG_LIST_RESPONSE", IMGetMsgListRsp.parser());
    public static final Command<IMGetLatestMsgIdReq> MSG_GET_LATEST_MSG_ID_REQ =
            fromClient(SID_MSG_VALUE, 0x030b, "MSG_GET_LATEST_MSG_ID_REQ", IMGetLatestMsgIdReq.parser());
    public static final Command<IMGetLatestMsgIdRsp> MSG_GET_LATEST_MSG_ID_RSP =
            serversOnly(SID_MSG_VALUE, 0x030c, "MSG_GET_LATEST_MSG_ID_RSP", IMGetLatestMsgIdRsp.parser());
    public static final Command<IMGetMsgByIdReq> MSG_GET_BY_MSG_ID_REQ =
            fromClient(SID_MSG_VALUE, 0x030d, "MSG_GET_BY_MSG_ID_REQ", IMGetMsgByIdReq.parser());
    public static final Command<IMGetMsgByIdRsp> MSG_GET_BY_MSG_ID_RES =
            serversOnly(SID_MSG_VALUE, 0x030e, "MSG_GET_BY_MSG_ID_RES", IMGetMsgByIdRsp.parser());

    // Groups

    public static final Command<IMNormalGroupListReq> GROUP_NORMAL_LIST_REQUEST =
            fromClient(SID_GROUP_VALUE, 0x0401, "GROUP_NORMAL_LIST_REQUEST", IMNormalGroupListReq.parser());
    public static final Command<IMNormalGroupListRsp> GROUP_NORMAL_LIST_RESPONSE =
            serversOnly(SID_GROUP_VALUE, 0x0402, "GROUP_NORMAL_LIST_RESPONSE", IMNormalGroupListRsp.parser());
    public static final Command<IMGroupInfoListReq> GROUP_INFO_REQUEST =
            fromClient(SID_GROUP_VALUE, 0x0403, "GROUP_INFO_REQUEST", IMGroupInfoListReq.parser());
    public static final Command<IMGroupInfoListRsp> GROUP_INFO_RESPONSE =
            serversOnly(SID_GROUP_VALUE, 0x0404, "GROUP_INFO_RESPONSE", IMGroupInfoListRsp.parser());
    public static final Command<IMGroupCreateReq> GROUP_CREATE_REQUEST =
            fromClient(SID_GROUP_VALUE, 0x0405, "GROUP_CREATE_REQUEST", IMGroupCreateReq.parser());
    public static final Command<IMGroupCreateRsp> GROUP_CREATE_RESPONSE =
            serversOnly(SID_GROUP_VALUE, 0x0406, "GROUP_CREATE_RESPONSE", IMGroupCreateRsp.parser());
    public static final Command<IMGroupChangeMemberReq> GROUP_CHANGE_MEMBER_REQUEST =
            fromClient(SID_GROUP_VALUE, 0x0407, "GROUP_CHANGE_MEMBER_REQUEST", IMGroupChangeMemberReq.parser());
    public static final Command<IMGroupChangeMemberRsp> GROUP_CHANGE_MEMBER_RESPONSE =
            serversOnly(SID_GROUP_VALUE, 0x0408, "GROUP_CHANGE_MEMBER_RESPONSE", IMGroupChangeMemberRsp.parser());
    public static final Command<IMGroupShieldReq> GROUP_SHIELD_GROUP_REQUEST =
            fromClient(SID_GROUP_VALUE, 0x0409, "GROUP_SHIELD_GROUP_REQUEST", IMGroupShieldReq.parser());
    public static final Command<IMGroupShieldRsp> GROUP_SHIELD_GROUP_RESPONSE =
            serversOnly(SID_GROUP_VALUE, 0x040a, "GROUP_SHIELD_GROUP_RESPONSE", IMGroupShieldRsp.parser());
    public static final Command<IMGroupChangeMemberNotify> GROUP_CHANGE_MEMBER_NOTIFY =
            serversOnly(SID_GROUP_VALUE, 0x040b, "GROUP_CHANGE_MEMBER_NOTIFY", IMGroupChangeMemberNotify.parser());

    // Files

    public static final Command<IMFileLoginReq> FILE_LOGIN_REQ =
            fromClient(SID_FILE_VALUE, 0x0501, "FILE_LOGIN_REQ", IMFileLoginReq.parser());
    public static final Command<IMFileLoginRsp> FILE_LOGIN_RES =
            serversOnly(SID_FILE_VALUE, 0x0502, "FILE_LOGIN_RES", IMFileLoginRsp.parser());
    public static final Command<IMFileState> FILE_STATE =
            fromClient(SID_FILE_VALUE, 0x0503, "FILE_STATE", IMFileState.parser());
    public static final Command<IMFilePullDataReq> FILE_PULL_DATA_REQ =
            fromClient(SID_FILE_VALUE, 0x0504, "FILE_PULL_DATA_REQ", IMFilePullDataReq.parser());
    public static final Command<IMFilePullDataRsp> FILE_PULL_DATA_RSP =
            fromClient(SID_FILE_VALUE, 0x0505, "FILE_PULL_DATA_RSP", IMFilePullDataRsp.parser());
    public static final Command<IMFileReq> FILE_REQUEST =
            fromClient(SID_FILE_VALUE, 0x0506, "FILE_REQUEST", IMFileReq.parser());
    public static final Command<IMFileRsp> FILE_RESPONSE =
            serversOnly(SID_FILE_VALUE, 0x0507, "FILE_RESPONSE", IMFileRsp.parser());
    public static final Command<IMFileNotify> FILE_NOTIFY =
            serversOnly(SID_FILE_VALUE, 0x0508, "FILE_NOTIFY", IMFileNotify.parser());
    public static final Command<IMFileHasOfflineReq> FILE_HAS_OFFLINE_REQ =
            fromClient(SID_FILE_VALUE, 0x0509, "FILE_HAS_OFFLINE_REQ", IMFileHasOfflineReq.parser());
    public static final Command<IMFileHasOfflineRsp> FILE_HAS_OFFLINE_RES =
            serversOnly(SID_FILE_VALUE, 0x050a, "FILE_HAS_OFFLINE_RES", IMFileHasOfflineRsp.parser());
    public static final Command<IMFileAddOfflineReq> FILE_ADD_OFFLINE_REQ =
            fromClient(SID_FILE_VALUE, 0x050b, "FILE_ADD_OFFLINE_REQ", IMFileAddOfflineReq.parser());
    public static final Command<IMFileDelOfflineReq> FILE_DEL_OFFLINE_REQ =
            fromClient(SID_FILE_VALUE, 0x050c, "FILE_DEL_OFFLINE_REQ", IMFileDelOfflineReq.parser());

    // Client to client

    public static final Command<IMP2PCmdMsg> SWITCH_P2P_CMD =
            fromClient(SID_SWITCH_SERVICE_VALUE, 0x0601, "SWITCH_P2P_CMD", IMP2PCmdMsg.parser());

    // Heartbeat, and between servers

    public static final Command<IMHeartBeat> OTHER_HEARTBEAT =
            fromClient(SID_OTHER_VALUE, 0x0701, "OTHER_HEARTBEAT", IMHeartBeat.parser());
    public static final Command<IMStopReceivePacket> OTHER_STOP_RECV_PACKET =
            serversOnly(SID_OTHER_VALUE, 0x0702, "OTHER_STOP_RECV_PACKET", IMStopReceivePacket.parser());
    public static final Command<IMValidateReq> OTHER_VALIDATE_REQ =
            serversOnly(SID_OTHER_VALUE, 0x0703, "OTHER_VALIDATE_REQ", IMValidateReq.parser());
    public static final Command<IMValidateRsp> OTHER_VALIDATE_RSP =
            serversOnly(SID_OTHER_VALUE, 0x0704, "OTHER_VALIDATE_RSP", IMValidateRsp.parser());
    public static final Command<IMGetDeviceTokenReq> OTHER_GET_DEVICE_TOKEN_REQ =
            serversOnly(SID_OTHER_VALUE, 0x0705, "OTHER_GET_DEVICE_TOKEN_REQ", IMGetDeviceTokenReq.parser());
    public static final Command<IMGetDeviceTokenRsp> OTHER_GET_DEVICE_TOKEN_RSP =
            serversOnly(SID_OTHER_VALUE, 0x0706, "OTHER_GET_DEVICE_TOKEN_RSP", IMGetDeviceTokenRsp.parser());
    public static final Command<IMRoleSet> OTHER_ROLE_SET =
            serversOnly(SID_OTHER_VALUE, 0x0707, "OTHER_ROLE_SET", IMRoleSet.parser());
    public static final Command<IMOnlineUserInfo> OTHER_ONLINE_USER_INFO =
            serversOnly(SID_OTHER_VALUE, 0x0708, "OTHER_ONLINE_USER_INFO", IMOnlineUserInfo.parser());
    public static final Command<IMMsgServInfo> OTHER_MSG_SERV_INFO =
            serversOnly(SID_OTHER_VALUE, 0x0709, "OTHER_MSG_SERV_INFO", IMMsgServInfo.parser());
    public static final Command<IMUserStatusUpdate> OTHER_USER_STATUS_UPDATE =
            serversOnly(SID_OTHER_VALUE, 0x070a, "OTHER_USER_STATUS_UPDATE", IMUserStatusUpdate.parser());
    public static final Command<IMUserCntUpdate> OTHER_USER_CNT_UPDATE =
            serversOnly(SID_OTHER_VALUE, 0x070b, "OTHER_USER_CNT_UPDATE", IMUserCntUpdate.parser());
    public static final Command<IMServerKickUser> OTHER_SERVER_KICK_USER =
            serversOnly(SID_OTHER_VALUE, 0x070d, "OTHER_SERVER_KICK_USER", IMServerKickUser.parser());
    public static final Command<IMServerPCLoginStatusNotify> OTHER_LOGIN_STATUS_NOTIFY =
            serversOnly(SID_OTHER_VALUE, 0x070e, "OTHER_LOGIN_STATUS_NOTIFY", IMServerPCLoginStatusNotify.parser());
    public static final Command<IMPushToUserReq> OTHER_PUSH_TO_USER_REQ =
            serversOnly(SID_OTHER_VALUE, 0x070f, "OTHER_PUSH_TO_USER_REQ", IMPushToUserReq.parser());
    public static final Command<IMPushToUserRsp> OTHER_PUSH_TO_USER_RSP =
            serversOnly(SID_OTHER_VALUE, 0x0710, "OTHER_PUSH_TO_USER_RSP", IMPushToUserRsp.parser());
    public static final Command<IMGroupGetShieldReq> OTHER_GET_SHIELD_REQ =
            serversOnly(SID_OTHER_VALUE, 0x0711, "OTHER_GET_SHIELD_REQ", IMGroupGetShieldReq.parser());
    public static final Command<IMGroupGetShieldRsp> OTHER_GET_SHIELD_RSP =
            serversOnly(SID_OTHER_VALUE, 0x0712, "OTHER_GET_SHIELD_RSP", IMGroupGetShieldRsp.parser());
    public static final Command<IMFileTransferReq> OTHER_FILE_TRANSFER_REQ =
            serversOnly(SID_OTHER_VALUE, 0x0731, "OTHER_FILE_TRANSFER_REQ", IMFileTransferReq.parser());
    public static final Command<IMFileTransferRsp> OTHER_FILE_TRANSFER_RSP =
            serversOnly(SID_OTHER_VALUE, 0x0732, "OTHER_FILE_TRANSFER_RSP", IMFileTransferRsp.parser());
    public static final Command<IMFileServerIPReq> OTHER_FILE_SERVER_IP_REQ =
            serversOnly(SID_OTHER_VALUE, 0x0733, "OTHER_FILE_SERVER_IP_REQ", IMFileServerIPReq.parser());
    public static final Command<IMFileServerIPRsp> OTHER_FILE_SERVER_IP_RSP =
            serversOnly(SID_OTHER_VALUE, 0x0734, "OTHER_FILE_SERVER_IP_RSP", IMFileServerIPRsp.parser());

    /** All of the above. */
    public static final Catalogue CATALOGUE = Catalogue.of(List.<Command<?>>of(
            LOGIN_REQ_MSGSERVER,
            LOGIN_RES_MSGSERVER,
            LOGIN_REQ_USERLOGIN,
            LOGIN_RES_USERLOGIN,
            LOGIN_REQ_LOGINOUT,
            LOGIN_RES_LOGINOUT,
            LOGIN_KICK_USER,
            LOGIN_REQ_DEVICETOKEN,
            LOGIN_RES_DEVICETOKEN,
            LOGIN_REQ_KICKPCCLIENT,
            LOGIN_RES_KICKPCCLIENT,
            LOGIN_REQ_PUSH_SHIELD,
            LOGIN_RES_PUSH_SHIELD,
            LOGIN_REQ_QUERY_PUSH_SHIELD,
            LOGIN_RES_QUERY_PUSH_SHIELD,
            BUDDY_LIST_RECENT_CONTACT_SESSION_REQUEST,
            BUDDY_LIST_RECENT_CONTACT_SESSION_RESPONSE,
            BUDDY_LIST_STATUS_NOTIFY,
            BUDDY_LIST_USER_INFO_REQUEST,
            BUDDY_LIST_USER_INFO_RESPONSE,
            BUDDY_LIST_REMOVE_SESSION_REQ,
            BUDDY_LIST_REMOVE_SESSION_RES,
            BUDDY_LIST_ALL_USER_REQUEST,
            BUDDY_LIST_ALL_USER_RESPONSE,
            BUDDY_LIST_USERS_STATUS_REQUEST,
            BUDDY_LIST_USERS_STATUS_RESPONSE,
            BUDDY_LIST_CHANGE_AVATAR_REQUEST,
            BUDDY_LIST_CHANGE_AVATAR_RESPONSE,
            BUDDY_LIST_PC_LOGIN_STATUS_NOTIFY,
            BUDDY_LIST_REMOVE_SESSION_NOTIFY,
            BUDDY_LIST_DEPARTMENT_REQUEST,
            BUDDY_LIST_DEPARTMENT_RESPONSE,
            BUDDY_LIST_AVATAR_CHANGED_NOTIFY,
            BUDDY_LIST_CHANGE_SIGN_INFO_REQUEST,
            BUDDY_LIST_CHANGE_SIGN_INFO_RESPONSE,
            BUDDY_LIST_SIGN_INFO_CHANGED_NOTIFY,
            MSG_DATA,
            MSG_DATA_ACK,
            MSG_READ_ACK,
            MSG_READ_NOTIFY,
            MSG_TIME_REQUEST,
            MSG_TIME_RESPONSE,
            MSG_UNREAD_CNT_REQUEST,
            MSG_UNREAD_CNT_RESPONSE,
            MSG_LIST_REQUEST,
            MSG_LIST_RESPONSE,
            MSG_GET_LATEST_MSG_ID_REQ,
            MSG_GET_LATEST_MSG_ID_RSP,
            MSG_GET_BY_MSG_ID_REQ,
            MSG_GET_BY_MSG_ID_RES,
            GROUP_NORMAL_LIST_REQUEST,
            GROUP_NORMAL_LIST_RESPONSE,
            GROUP_INFO_REQUEST,
            GROUP_INFO_RESPONSE,
            GROUP_CREATE_REQUEST,
            GROUP_CREATE_RESPONSE,
            GROUP_CHANGE_MEMBER_REQUEST,
            GROUP_CHANGE_MEMBER_RESPONSE,
            GROUP_SHIELD_GROUP_REQUEST,
            GROUP_SHIELD_GROUP_RESPONSE,
            GROUP_CHANGE_MEMBER_NOTIFY,
            FILE_LOGIN_REQ,
            FILE_LOGIN_RES,
            FILE_STATE,
            FILE_PULL_DATA_REQ,
            FILE_PULL_DATA_RSP,
            FILE_REQUEST,
            FILE_RESPONSE,
            FILE_NOTIFY,
            FILE_HAS_OFFLINE_REQ,
            FILE_HAS_OFFLINE_RES,
            FILE_ADD_OFFLINE_REQ,
            FILE_DEL_OFFLINE_REQ,
            SWITCH_P2P_CMD,
            OTHER_HEARTBEAT,
            OTHER_STOP_RECV_PACKET,
            OTHER_VALIDATE_REQ,
            OTHER_VALIDATE_RSP,
            OTHER_GET_DEVICE_TOKEN_REQ,
            OTHER_GET_DEVICE_TOKEN_RSP,
            OTHER_ROLE_SET,
            OTHER_ONLINE_USER_INFO,
            OTHER_MSG_SERV_INFO,
            OTHER_USER_STATUS_UPDATE,
            OTHER_USER_CNT_UPDATE,
            OTHER_SERVER_KICK_USER,
            OTHER_LOGIN_STATUS_NOTIFY,
            OTHER_PUSH_TO_USER_REQ,
            OTHER_PUSH_TO_USER_RSP,
            OTHER_GET_SHIELD_REQ,
            OTHER_GET_SHIELD_RSP,
            OTHER_FILE_TRANSFER_REQ,
            OTHER_FILE_TRANSFER_RSP,
            OTHER_FILE_SERVER_IP_REQ,
            OTHER_FILE_SERVER_IP_RSP));

    private Commands() {}

    /** A command that a client may send; servers may send it too. */
    private static <M extends MessageLite> Command<M> fromClient(
            int serviceId, int commandId, String name, Parser<M> parser) {
        return new Command<>(serviceId, commandId, name, parser, true);
    }

    /** A command that a client only ever receives, or never sees. */
    private static <M extends MessageLite> Command<M> serversOnly(
            int serviceId, int commandId, String name, Parser<M> parser) {
        return new Command<>(serviceId, commandId, name, parser, false);
    }
}
