package im.bench.server;

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
import im.proto.server.IMValidateReq;
import im.proto.server.IMValidateRsp;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Takes the place of a db-proxy and lets everybody in: user {@code u7} is number 7, whatever the password. What is measured is the
 * server in front of it, not bcrypt.
 */
final class OpenDirectory implements AutoCloseable {
    private final EventLoopGroup loops;
    private final PduServer server;

    private record MsgServer(Connection connection) implements Session {}

    private OpenDirectory(EventLoopGroup loops, PduServer server) {
        this.loops = loops;
        this.server = server;
    }

    static OpenDirectory start() throws IOException {
        EventLoopGroup loops = Transport.eventLoops("open-directory", 1);
        Router<MsgServer> router = Router.<MsgServer>forRole("msg-server")
                .on(Commands.OTHER_VALIDATE_REQ, OpenDirectory::onValidate)
                .on(Commands.FILE_HAS_OFFLINE_REQ, OpenDirectory::onFiles)
                .build();
        PduServer server = PduServer.bind(
                "open directory",
                loops,
                new InetSocketAddress("127.0.0.1", 0),
                ConnectionSettings.forLinks(Duration.ofSeconds(5)),
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

    InetSocketAddress address() {
        return server.address();
    }

    @Override
    public void close() {
        server.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
