package im.client;

import im.proto.Commands;
import im.proto.buddy.IMChangeAvatarReq;
import im.proto.buddy.IMChangeAvatarRsp;
import im.proto.buddy.IMChangeSignInfoReq;
import im.proto.buddy.IMChangeSignInfoRsp;
import im.proto.login.IMDeviceTokenReq;
import im.proto.login.IMDeviceTokenRsp;
import im.proto.login.IMKickPCClientReq;
import im.proto.login.IMKickPCClientRsp;
import im.proto.login.IMPushShieldReq;
import im.proto.login.IMPushShieldRsp;
import im.proto.login.IMQueryPushShieldReq;
import im.proto.login.IMQueryPushShieldRsp;
import java.util.concurrent.CompletableFuture;

/**
 * What a user changes about oneself. Thread-safe; futures complete on the client's event loop, and fail with
 * {@link RequestRefusedException} when the servers do not want it.
 */
public final class Account {
    private final MsgServerLink link;

    Account(MsgServerLink link) {
        this.link = link;
    }

    /** Sets the line that others see beside the name. */
    public CompletableFuture<Void> changeSignature(String signature) {
        IMChangeSignInfoReq request = IMChangeSignInfoReq.newBuilder()
                .setUserId(link.self().id())
                .setSignInfo(signature)
                .build();
        return link.call(Commands.BUDDY_LIST_CHANGE_SIGN_INFO_REQUEST, request, IMChangeSignInfoRsp.class)
                .thenCompose(answer ->
                        RequestRefusedException.unlessDone(answer.getResultCode(), "to change the signature"));
    }

    public CompletableFuture<Void> changeAvatar(String url) {
        IMChangeAvatarReq request = IMChangeAvatarReq.newBuilder()
                .setUserId(link.self().id())
                .setAvatarUrl(url)
                .build();
        return link.call(Commands.BUDDY_LIST_CHANGE_AVATAR_REQUEST, request, IMChangeAvatarRsp.class)
                .thenCompose(
                        answer -> RequestRefusedException.unlessDone(answer.getResultCode(), "to change the avatar"));
    }

    /**
     * Says where pushes for this mobile client go while it is away.
     *
     * @param token of the push service; empty: nowhere
     */
    public CompletableFuture<Void> registerPushToken(String token) {
        IMDeviceTokenReq request = IMDeviceTokenReq.newBuilder()
                .setUserId(link.self().id())
                .setDeviceToken(token)
                .setClientType(link.options().clientType())
                .build();
        return link.call(Commands.LOGIN_REQ_DEVICETOKEN, request, IMDeviceTokenRsp.class)
                .thenAccept(answer -> {});
    }

    /** Keeps pushes away at night, or lets them come. */
    public CompletableFuture<Void> shieldPushesAtNight(boolean shielded) {
        IMPushShieldReq request = IMPushShieldReq.newBuilder()
                .setUserId(link.self().id())
                .setShieldStatus(shielded ? 1 : 0)
                .build();
        return link.call(Commands.LOGIN_REQ_PUSH_SHIELD, request, IMPushShieldRsp.class)
                .thenCompose(answer ->
                        RequestRefusedException.unlessDone(answer.getResultCode(), "to change the push shield"));
    }

    /** Whether pushes are kept away at night. */
    public CompletableFuture<Boolean> pushesAreShieldedAtNight() {
        IMQueryPushShieldReq request =
                IMQueryPushShieldReq.newBuilder().setUserId(link.self().id()).build();
        return link.call(Commands.LOGIN_REQ_QUERY_PUSH_SHIELD, request, IMQueryPushShieldRsp.class)
                .thenCompose(answer -> RequestRefusedException.unlessDone(
                                answer.getResultCode(), "to tell of the push shield")
                        .thenApply(done -> answer.getShieldStatus() != 0));
    }

    /** Ends the session of the user's desktop client; only a mobile client may. */
    public CompletableFuture<Void> kickDesktop() {
        IMKickPCClientReq request =
                IMKickPCClientReq.newBuilder().setUserId(link.self().id()).build();
        return link.call(Commands.LOGIN_REQ_KICKPCCLIENT, request, IMKickPCClientRsp.class)
                .thenCompose(answer ->
                        RequestRefusedException.unlessDone(answer.getResultCode(), "to end the desktop session"));
    }
}
