package im.client;

import com.google.common.collect.Lists;
import com.google.common.collect.Ordering;
import com.google.common.net.HostAndPort;
import im.client.TransferException.Reason;
import im.netlib.Connection;
import im.netlib.ConnectionSettings;
import im.netlib.Limits;
import im.netlib.PduClient;
import im.netlib.Router;
import im.netlib.Session;
import im.proto.Commands;
import im.proto.file.IMFileLoginReq;
import im.proto.file.IMFileLoginRsp;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Takes a role in a task at the first file-server that can be reached and agrees: addresses are tried in their order, once each.
 * Event loop only.
 */
final class TaskLogin {
    private static final Router<Attempt> LOGGING_IN = Router.<Attempt>forRole("file-server at login")
            .on(Commands.FILE_LOGIN_RES, (attempt, result, seq) -> attempt.onResult(result))
            .build();

    /** Who lost a connection may try again; who was refused has met a server that is there. */
    private static final Ordering<Reason> HOPE =
            Ordering.explicit(Reason.UNREACHABLE, Reason.LOGIN_REFUSED, Reason.CONNECTION_LOST);

    /** Exactly one of the two is called, on the event loop. */
    interface Outcome {
        /** Must give the connection its new role before it returns: the server may be talking already. */
        void onLoggedIn(Connection connection, IMFileLoginRsp answer);

        void onNoLogin(TransferException why);
    }

    private final ClientOptions options;
    private final EventLoop loop;
    private final IMFileLoginReq request;
    private final Iterator<HostAndPort> addresses;
    private final Outcome outcome;
    private final List<TransferException> failures = new ArrayList<>();

    TaskLogin(MsgServerLink link, TaskRole role, Outcome outcome) {
        this.options = link.options();
        this.loop = link.loop();
        this.request = role.login(link.self().id());
        this.addresses = role.addresses().iterator();
        this.outcome = outcome;
    }

    void tryNext() {
        assert loop.inEventLoop();
        if (addresses.hasNext()) {
            new Attempt(addresses.next()).start();
        } else if (failures.isEmpty()) {
            outcome.onNoLogin(new TransferException(Reason.UNREACHABLE, "the server named no file-server"));
        } else {
            outcome.onNoLogin(new TransferException(
                    HOPE.max(Lists.transform(failures, TransferException::reason)),
                    failures.stream().map(Throwable::getMessage).collect(Collectors.joining("; "))));
        }
    }

    private final class Attempt implements Session {
        private final HostAndPort address;
        private Connection connection;
        private TransferException failure;
        private boolean over;

        Attempt(HostAndPort address) {
            this.address = address;
            failure = new TransferException(
                    Reason.CONNECTION_LOST,
                    "the connection to the file-server " + address + " ended before it answered the login");
        }

        void start() {
            PduClient.connect(
                    address,
                    loop,
                    options.connectTimeout(),
                    ConnectionSettings.forLinks(options.heartbeatEvery()).with(options.tls()),
                    this::login,
                    cause -> failed(new TransferException(
                            Reason.UNREACHABLE,
                            "cannot connect to the file-server " + address + ": " + cause.getMessage())));
        }

        private void login(Connection fresh) {
            connection = fresh;
            fresh.become(LOGGING_IN, this, new Limits(MsgServerLink.MAX_FRAME_LENGTH, options.silenceLimit()));
            fresh.send(Commands.FILE_LOGIN_REQ, 1, request);
            loop.schedule(
                    () -> {
                        if (!over) {
                            giveUp(Reason.UNREACHABLE, "the file-server " + address + " did not answer the login");
                        }
                    },
                    options.requestTimeout().toMillis(),
                    TimeUnit.MILLISECONDS);
        }

        private void onResult(IMFileLoginRsp result) {
            if (result.getResultCode() == 0) {
                over = true;
                outcome.onLoggedIn(connection, result);
            } else {
                giveUp(
                        Reason.LOGIN_REFUSED,
                        "the file-server " + address + " does not let this user into the task ("
                                + (result.hasResultString()
                                        ? result.getResultString()
                                        : "result " + Integer.toUnsignedString(result.getResultCode()))
                                + ")");
            }
        }

        private void giveUp(Reason why, String message) {
            failure = new TransferException(why, message);
            connection.close(message);
        }

        @Override
        public void onClosed() {
            if (!over) {
                failed(failure);
            }
        }

        private void failed(TransferException why) {
            over = true;
            failures.add(why);
            tryNext();
        }

        @Override
        public String describe() {
            return "task " + request.getTaskId();
        }
    }
}
