package im.bench.server;

import im.netlib.Admission;
import im.netlib.Connection;
import im.netlib.ConnectionSettings;
import im.netlib.Limits;
import im.netlib.PduServer;
import im.netlib.Router;
import im.netlib.Session;
import im.netlib.Transport;
import im.proto.Commands;
import im.proto.base.UserInfo;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.message.IMMsgData;
import im.proto.server.IMValidateReq;
import im.proto.server.IMValidateRsp;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes the place of a db-proxy in this process. It lets everybody in: user {@code u7} is number 7, whatever the password. It calls every
 * message stored, and keeps none. What is measured is the server in front of it, not bcrypt or a database.
 */
public final class OpenDirectory implements AutoCloseable {
    /** Ids have to count within a conversation only, but may well do so in all of them. */
    private static final AtomicInteger LAST_ID = new AtomicInteger();

    private final EventLoopGroup loops;
    private final PduServer server;

    private record MsgServer(Connection connection) implements Session {}

    private OpenDirectory(EventLoopGroup loops, PduServer server) {
        this.loops = loops;
        this.server = server;
    }

    public static OpenDirectory start() throws IOException {
        EventLoopGroup loops = Transport.eventLoops("open-directory", 1);
        Router<MsgServer> router = Router.<MsgServer>forRole("msg-server")
                .on(Commands.OTHER_VALIDATE_REQ, OpenDirectory::onValidate)
                .on(Commands.FILE_HAS_OFFLINE_REQ, OpenDirectory::onFiles)
                .on(Commands.MSG_DATA, OpenDirectory::onMessage)
                .ignore(Commands.MSG_DATA_ACK)
                .build();
        PduServer server = PduServer.bind(
                "open directory",
                loops,
                new InetSocketAddress("127.0.0.1", 0),
                ConnectionSettings.forLinks(Duration.ofSeconds(5)),
                Admission.ofAll(),
                connection -> connection.become(
                        router, new MsgServer(connection), new Limits(512 << 10, Duration.ofSeconds(30))));
        return new OpenDirectory(loops, server);
    }

    private static void onValidate(MsgServer asking, IMValidateReq request, int seq) {
        String name = request.getUserName();
        UserInfo user = UserInfo.newBuilder()
                .setUserId(Integer.parseInt(name.substring(1)))
                .setUserGender(1)
                .setUserNickName(name)
                .setAvatarUrl("")
                .setDepartmentId(1)
                .setEmail("")
                .setUserRealName(name)
                .setUserTel("")
                .setUserDomain(name)
                .setStatus(0)
                .build();
        asking.connection()
                .send(
                        Commands.OTHER_VALIDATE_RSP,
                        seq,
                        IMValidateRsp.newBuilder()
                                .setUserName(name)
                                .setResultCode(0)
                                .setUserInfo(user)
                                .setAttachData(request.getAttachData())
                                .build());
    }

    /** Nothing is stored for anybody. */
    private static void onFiles(MsgServer asking, IMFileHasOfflineReq request, int seq) {
        asking.connection()
                .send(
                        Commands.FILE_HAS_OFFLINE_RES,
                        seq,
                        IMFileHasOfflineRsp.newBuilder()
                                .setUserId(request.getUserId())
                                .setResultCode(0)
                                .setAttachData(request.getAttachData())
                                .build());
    }

    private static void onMessage(MsgServer asking, IMMsgData message, int seq) {
        asking.connection()
                .send(
                        Commands.MSG_DATA,
                        seq,
                        message.toBuilder()
                                .setMsgId(LAST_ID.incrementAndGet())
                                .setCreateTime(1)
                                .setResultCode(0)
                                .build());
    }

    /** The settings of a msg-server that asks here. */
    public Map<String, String> settings() {
        return Map.of("msg-server.db-proxies", "127.0.0.1:" + server.address().getPort());
    }

    @Override
    public void close() {
        server.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
