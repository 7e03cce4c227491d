package im.msg.wire;

import im.msg.domain.ClientKind;
import im.msg.domain.KickReason;
import im.msg.domain.UserId;
import im.proto.base.KickReasonType;
import im.proto.server.IMServerKickUser;

/** The domain's kicks in those that go between servers. */
public final class KickMessages {
    private KickMessages() {}

    public static IMServerKickUser kick(UserId user, ClientKind kind, KickReason reason) {
        KickReasonType wire = switch (reason) {
            case LOGGED_IN_ELSEWHERE -> KickReasonType.KICK_REASON_DUPLICATE_USER;
            case BY_OWN_MOBILE -> KickReasonType.KICK_REASON_MOBILE_KICK;
        };
        return IMServerKickUser.newBuilder()
                .setUserId(user.value())
                .setClientType(ClientKinds.wire(kind))
                .setReason(wire.getNumber())
                .build();
    }

    public static KickReason reason(IMServerKickUser kick) {
        return kick.getReason() == KickReasonType.KICK_REASON_MOBILE_KICK_VALUE
                ? KickReason.BY_OWN_MOBILE
                : KickReason.LOGGED_IN_ELSEWHERE;
    }
}
