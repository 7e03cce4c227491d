package im.route.link;

import im.netlib.ProtocolViolation;
import im.proto.Commands;
import im.proto.base.ServerUserStat;
import im.proto.base.UserStat;
import im.proto.base.UserStatType;
import im.proto.buddy.IMUsersStatReq;
import im.proto.buddy.IMUsersStatRsp;
import im.proto.server.IMOnlineUserInfo;
import im.proto.server.IMRoleSet;
import im.proto.server.IMUserStatusUpdate;
import im.route.domain.Client;
import im.route.domain.ClientKind;
import im.route.domain.Hearing;
import im.route.domain.Presence;
import im.route.domain.UserId;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What msg-servers say about their own users, and ask about others'. */
final class PresenceCommands {
    private static final Logger log = LoggerFactory.getLogger(PresenceCommands.class);

    private final Presence<MsgServerLink> presence;
    private final LinkLimits limits;

    PresenceCommands(Presence<MsgServerLink> presence, LinkLimits limits) {
        this.presence = presence;
        this.limits = limits;
    }

    void onRole(MsgServerLink link, IMRoleSet role, int seq) {
        boolean master = role.getMaster() != 0;
        presence.setMaster(link, master);
        presence.setHearing(link, hearing(role.getTellEverything(), master));
        log.info("{}: this is {}its master", link, master ? "" : "not ");
    }

    private static Hearing hearing(boolean tellEverything, boolean master) {
        if (!tellEverything) {
            return Hearing.OF_MASTERED;
        }
        return master ? Hearing.EVERYTHING : Hearing.NOTHING;
    }

    void onAllUsers(MsgServerLink link, IMOnlineUserInfo info, int seq) {
        List<Client> clients = info.getUserStatListList().stream()
                .filter(stat -> stat.getStatus() != UserStatType.USER_STATUS_OFFLINE)
                .map(stat -> client(stat.getUserId(), ClientKinds.of(stat.getClientType())))
                .toList();
        presence.listed(link, clients);
        refuseTooMany(link);
        log.info("{}: has {} clients of {} users", link, clients.size(), presence.userCount(link));
    }

    void onUserStatus(MsgServerLink link, IMUserStatusUpdate update, int seq) {
        Client client = client(update.getUserId(), ClientKinds.of(update.getClientType()));
        if (update.getUserStatus() == UserStatType.USER_STATUS_ONLINE_VALUE) {
            presence.came(link, client);
            refuseTooMany(link);
        } else if (update.getUserStatus() == UserStatType.USER_STATUS_OFFLINE_VALUE) {
            if (!presence.went(link, client)) {
                log.debug("{}: {} went without having come", link, client);
            }
        } else {
            log.debug("{}: ignored status {} of {}", link, update.getUserStatus(), client);
        }
    }

    private static Client client(int user, ClientKind kind) {
        return new Client(new UserId(user), kind);
    }

    private void refuseTooMany(MsgServerLink link) {
        if (presence.userCount(link) > limits.maxUsers()) {
            throw new ProtocolViolation("has more than " + limits.maxUsers() + " users");
        }
    }

    void onStatusRequest(MsgServerLink link, IMUsersStatReq request, int seq) {
        IMUsersStatRsp.Builder answer = IMUsersStatRsp.newBuilder().setUserId(request.getUserId());
        if (request.hasAttachData()) {
            answer.setAttachData(request.getAttachData());
        }
        if (request.getUserIdListCount() > limits.maxAsked()) {
            log.warn(
                    "{}: asks for {} users, and is told of the first {}",
                    link,
                    request.getUserIdListCount(),
                    limits.maxAsked());
        }
        request.getUserIdListList().stream().limit(limits.maxAsked()).forEach(id -> addStatus(link, id, answer));
        link.connection().send(Commands.BUDDY_LIST_USERS_STATUS_RESPONSE, seq, answer.build());
    }

    private void addStatus(MsgServerLink asking, int id, IMUsersStatRsp.Builder answer) {
        UserId user = new UserId(id);
        answer.addUserStatList(UserStat.newBuilder()
                .setUserId(id)
                .setStatus(
                        presence.isOnline(user) ? UserStatType.USER_STATUS_ONLINE : UserStatType.USER_STATUS_OFFLINE));
        for (ClientKind kind : presence.kindsElsewhere(user, asking)) {
            answer.addClientList(ServerUserStat.newBuilder()
                    .setUserId(id)
                    .setStatus(UserStatType.USER_STATUS_ONLINE)
                    .setClientType(ClientKinds.typeOf(kind)));
        }
    }
}
