package im.db.link;

import im.db.domain.DeviceToken;
import im.db.domain.Night;
import im.db.domain.Pushes;
import im.db.domain.UserId;
import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.UserTokenInfo;
import im.proto.login.IMDeviceTokenReq;
import im.proto.login.IMDeviceTokenRsp;
import im.proto.login.IMPushShieldReq;
import im.proto.login.IMPushShieldRsp;
import im.proto.login.IMQueryPushShieldReq;
import im.proto.login.IMQueryPushShieldRsp;
import im.proto.server.IMGetDeviceTokenReq;
import im.proto.server.IMGetDeviceTokenRsp;
import java.time.Clock;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How users are reached who are away. The user ids are those of the session that the msg-server vouches for. Where an answer has no
 * result code, there is none when what was asked for was not done.
 */
public final class PushCommands {
    private static final Logger log = LoggerFactory.getLogger(PushCommands.class);
    /** Any push; the protocol knows silent ones too. */
    private static final int PUSH_TYPE_NORMAL = 1;

    private final StorageCalls storage;
    private final Pushes pushes;
    private final Night night;
    private final Clock clock;

    /** @param clock tells whether it is night */
    public PushCommands(StorageCalls storage, Pushes pushes, Night night, Clock clock) {
        this.storage = storage;
        this.pushes = pushes;
        this.night = night;
        this.clock = clock;
    }

    public void onDeviceToken(MsgServerLink link, IMDeviceTokenReq request, int seq) {
        String user = Integer.toUnsignedString(request.getUserId());
        storage.run(
                link,
                "token for pushes to " + user,
                user,
                () -> register(link, request),
                done -> {
                    if (done) {
                        answer(link, request, seq);
                    }
                },
                () -> {});
    }

    private boolean register(MsgServerLink link, IMDeviceTokenReq request) {
        try {
            UserId user = UserId.ofUnsigned(request.getUserId());
            if (!request.hasClientType()) {
                throw new IllegalArgumentException("no kind of client");
            }
            int type = request.getClientType().getNumber();
            if (request.getDeviceToken().isEmpty()) {
                pushes.forget(user, type);
            } else {
                pushes.register(new DeviceToken(user, type, request.getDeviceToken()));
            }
            return true;
        } catch (IllegalArgumentException e) {
            log.warn("{}: refused a token for pushes: {}", link, e.getMessage());
            return false;
        }
    }

    private static void answer(MsgServerLink link, IMDeviceTokenReq request, int seq) {
        IMDeviceTokenRsp.Builder answer = IMDeviceTokenRsp.newBuilder().setUserId(request.getUserId());
        if (request.hasAttachData()) {
            answer.setAttachData(request.getAttachData());
        }
        link.send(Commands.LOGIN_RES_DEVICETOKEN, seq, answer.build());
    }

    public void onShieldNights(MsgServerLink link, IMPushShieldReq request, int seq) {
        String user = Integer.toUnsignedString(request.getUserId());
        storage.run(
                link,
                "pushes at night to " + user,
                user,
                () -> Shields.isOne(request.getShieldStatus())
                        && request.getUserId() != 0
                        && pushes.shieldNights(UserId.ofUnsigned(request.getUserId()), request.getShieldStatus()),
                done -> answer(link, request, seq, done ? ResultCode.OK : ResultCode.REFUSED),
                () -> answer(link, request, seq, ResultCode.REFUSED));
    }

    private static void answer(MsgServerLink link, IMPushShieldReq request, int seq, int result) {
        IMPushShieldRsp.Builder answer =
                IMPushShieldRsp.newBuilder().setUserId(request.getUserId()).setResultCode(result);
        if (result == ResultCode.OK) {
            answer.setShieldStatus(request.getShieldStatus());
        }
        if (request.hasAttachData()) {
            answer.setAttachData(request.getAttachData());
        }
        link.send(Commands.LOGIN_RES_PUSH_SHIELD, seq, answer.build());
    }

    public void onShieldsNights(MsgServerLink link, IMQueryPushShieldReq request, int seq) {
        String user = Integer.toUnsignedString(request.getUserId());
        storage.run(
                link,
                "whether " + user + " wants pushes at night",
                user,
                () -> request.getUserId() == 0 ? 0 : pushes.shieldsNights(UserId.ofUnsigned(request.getUserId())),
                shield -> link.send(
                        Commands.LOGIN_RES_QUERY_PUSH_SHIELD,
                        seq,
                        answerTo(request)
                                .setResultCode(ResultCode.OK)
                                .setShieldStatus(shield)
                                .build()),
                () -> link.send(
                        Commands.LOGIN_RES_QUERY_PUSH_SHIELD,
                        seq,
                        answerTo(request).setResultCode(ResultCode.REFUSED).build()));
    }

    private static IMQueryPushShieldRsp.Builder answerTo(IMQueryPushShieldReq request) {
        IMQueryPushShieldRsp.Builder answer = IMQueryPushShieldRsp.newBuilder().setUserId(request.getUserId());
        if (request.hasAttachData()) {
            answer.setAttachData(request.getAttachData());
        }
        return answer;
    }

    /** For whoever sends the pushes. */
    public void onGetTokens(MsgServerLink link, IMGetDeviceTokenReq request, int seq) {
        Set<UserId> users = UserIds.all(request.getUserIdList());
        storage.run(
                link,
                "tokens for pushes to " + users.size() + " users",
                users,
                () -> pushes.targets(users, night.includes(clock.instant())),
                targets -> {
                    IMGetDeviceTokenRsp.Builder answer = IMGetDeviceTokenRsp.newBuilder()
                            .addAllUserTokenInfo(FrameBudget.firstThatFit(
                                    targets.stream().map(PushCommands::info).toList()));
                    if (request.hasAttachData()) {
                        answer.setAttachData(request.getAttachData());
                    }
                    link.send(Commands.OTHER_GET_DEVICE_TOKEN_RSP, seq, answer.build());
                },
                () -> {});
    }

    private static UserTokenInfo info(Pushes.Target target) {
        DeviceToken token = target.token();
        return UserTokenInfo.newBuilder()
                .setUserId(token.user().unsigned())
                .setUserType(ClientType.forNumber(token.clientType()))
                .setToken(token.token())
                .setPushCount((int) target.unread())
                .setPushType(PUSH_TYPE_NORMAL)
                .build();
    }
}
