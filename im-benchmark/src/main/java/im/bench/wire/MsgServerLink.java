package im.bench.wire;

import com.google.common.net.HostAndPort;
import im.netlib.Connection;
import im.netlib.ConnectionSettings;
import im.netlib.Limits;
import im.netlib.PduClient;
import im.netlib.Router;
import im.netlib.Session;
import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.ServerUserStat;
import im.proto.base.UserStatType;
import im.proto.buddy.IMUserStatNotify;
import im.proto.buddy.IMUsersStatReq;
import im.proto.message.IMMsgData;
import im.proto.server.IMOnlineUserInfo;
import im.proto.server.IMRoleSet;
import im.proto.server.IMUserStatusUpdate;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Plays a msg-server to a route-server, its master: says who is here, hears of everybody elsewhere. On the event loop. */
public final class MsgServerLink implements Session, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Limits LIMITS = new Limits(512 << 10, Duration.ZERO);
    private static final int ONLINE = 1;
    private static final int OFFLINE = 2;

    private final Connection connection;
    private final Expected expected;
    private final CompletableFuture<MsgServerLink> ready;
    private final Queue<CompletableFuture<Void>> questions = new ArrayDeque<>();

    private MsgServerLink(Connection connection, Expected expected, CompletableFuture<MsgServerLink> ready) {
        this.connection = connection;
        this.expected = expected;
        this.ready = ready;
    }

    /**
     * Connects, with nobody here.
     *
     * @param expected hears of messages, by their numbers, and of who comes and goes elsewhere, by their ids
     * @return complete when it has heard who is elsewhere
     */
    public static CompletableFuture<MsgServerLink> connect(HostAndPort routeServer, EventLoop loop, Expected expected) {
        CompletableFuture<MsgServerLink> ready = new CompletableFuture<>();
        Router<MsgServerLink> router = Router.<MsgServerLink>forRole("route-server")
                .on(Commands.OTHER_ONLINE_USER_INFO, MsgServerLink::onEverybody)
                .on(Commands.BUDDY_LIST_STATUS_NOTIFY, MsgServerLink::onStatus)
                .on(
                        Commands.BUDDY_LIST_USERS_STATUS_RESPONSE,
                        (link, answer, seq) -> link.questions.remove().complete(null))
                .on(Commands.MSG_DATA, (link, message, seq) -> link.expected.came(Messages.number(message)))
                .build();
        PduClient.connect(
                routeServer,
                loop,
                PATIENCE,
                ConnectionSettings.forLinks(Duration.ofSeconds(5)),
                connection -> {
                    connection.become(router, new MsgServerLink(connection, expected, ready), LIMITS);
                    connection.send(
                            Commands.OTHER_ROLE_SET,
                            IMRoleSet.newBuilder()
                                    .setMaster(1)
                                    .setTellEverything(true)
                                    .build());
                },
                failure -> ready.completeExceptionally(
                        new IOException("no route-server at " + routeServer + ": " + failure.getMessage())));
        return ready;
    }

    private void onEverybody(IMOnlineUserInfo part, int seq) {
        if (part.getLastPart()) {
            ready.complete(this);
        }
    }

    private void onStatus(IMUserStatNotify changed, int seq) {
        expected.came(changed.getUserStat().getUserId());
    }

    /**
     * Says that those are here, on mobiles, and no others.
     *
     * @return complete when the route-server knows it
     */
    public CompletableFuture<Void> list(int first, int count) {
        CompletableFuture<Void> known = new CompletableFuture<>();
        connection.loop().execute(() -> {
            IMOnlineUserInfo.Builder everybody = IMOnlineUserInfo.newBuilder();
            IntStream.range(first, first + count)
                    .forEach(user -> everybody.addUserStatList(ServerUserStat.newBuilder()
                            .setUserId(user)
                            .setStatus(UserStatType.USER_STATUS_ONLINE)
                            .setClientType(ClientType.CLIENT_TYPE_ANDROID)));
            connection.send(Commands.OTHER_ONLINE_USER_INFO, everybody.build());
            questions.add(known);
            connection.send(
                    Commands.BUDDY_LIST_USERS_STATUS_REQUEST,
                    IMUsersStatReq.newBuilder().setUserId(0).build());
        });
        return known;
    }

    /** Says that a user came to this msg-server, or left it. On the event loop. */
    public void change(int user, boolean isOnline) {
        connection.send(
                Commands.OTHER_USER_STATUS_UPDATE,
                IMUserStatusUpdate.newBuilder()
                        .setUserStatus(isOnline ? ONLINE : OFFLINE)
                        .setUserId(user)
                        .setClientType(ClientType.CLIENT_TYPE_ANDROID)
                        .build());
    }

    /** Passes on a message of a user here for one elsewhere. On the event loop. */
    public void passOn(int from, int to, int number) {
        // No msg-server sends the same id in the same conversation to a client twice.
        IMMsgData stored = Messages.message(from, to, number).toBuilder()
                .setMsgId(number + 1)
                .build();
        connection.send(Commands.MSG_DATA, stored);
    }

    @Override
    public void onClosed() {
        ready.completeExceptionally(new IOException("the route-server closed the link"));
        questions.forEach(
                question -> question.completeExceptionally(new IOException("the route-server closed the link")));
    }

    @Override
    public void close() {
        connection.close("the load is over");
    }
}
