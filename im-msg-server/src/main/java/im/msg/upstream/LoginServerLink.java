package im.msg.upstream;

import com.google.common.net.HostAndPort;
import im.msg.domain.UserId;
import im.netlib.Connection;
import im.netlib.Router;
import im.netlib.Session;
import im.proto.Commands;
import im.proto.server.IMMsgServInfo;
import im.proto.server.IMUserCntUpdate;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.function.IntSupplier;

/**
 * One login-server. It is told on every connection where clients find this msg-server and how many there are, and then every change. What
 * is told is the way from the number told last to the real one, so it cannot drift. Thread-safe.
 */
final class LoginServerLink extends ServerLink {
    private static final int CAME = 1;
    private static final int WENT = 2;

    private static final Router<LinkSession> ROUTER =
            Router.<LinkSession>forRole("login-server").build();

    private record LinkSession() implements Session {}

    private final Advertised advertised;
    private final IntSupplier load;
    private int told;

    /** @param load how many clients are logged in now; asked on the event loop */
    LoginServerLink(
            HostAndPort address, EventLoop loop, LinkSettings settings, Advertised advertised, IntSupplier load) {
        super("login-server link", address, loop, settings);
        this.advertised = advertised;
        this.load = load;
    }

    @Override
    void begin(Connection connection, Runnable ready) {
        become(connection, ROUTER, new LinkSession());
        told = load.getAsInt();
        connection.send(
                Commands.OTHER_MSG_SERV_INFO,
                advertised
                        .infoFor((InetSocketAddress) connection.localAddress())
                        .setCurConnCnt(told)
                        .build());
        ready.run();
    }

    void loadChanged(UserId user) {
        loop().execute(() -> ready().ifPresent(connection -> {
            int now = load.getAsInt();
            for (; told < now; told++) {
                connection.send(Commands.OTHER_USER_CNT_UPDATE, update(CAME, user));
            }
            for (; told > now; told--) {
                connection.send(Commands.OTHER_USER_CNT_UPDATE, update(WENT, user));
            }
        }));
    }

    private static IMUserCntUpdate update(int action, UserId user) {
        return IMUserCntUpdate.newBuilder()
                .setUserAction(action)
                .setUserId(user.value())
                .build();
    }

    /** How this msg-server presents itself. */
    interface Advertised {
        /** @param linkEnd the address of this side of the link, for who was not told a better one */
        IMMsgServInfo.Builder infoFor(InetSocketAddress linkEnd);
    }
}
