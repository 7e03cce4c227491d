package im.client;

import com.google.common.net.HostAndPort;
import im.client.TransferException.Reason;
import im.netlib.Backoff;
import im.netlib.Connection;
import im.netlib.ConnectionSettings;
import im.netlib.Limits;
import im.netlib.ReconnectingClient;
import im.netlib.ReconnectingClient.State;
import im.netlib.Router;
import im.netlib.Session;
import im.proto.Commands;
import im.proto.file.IMFileLoginReq;
import im.proto.file.IMFileLoginRsp;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Takes a role in a task at the first file-server that can be reached and agrees: addresses are tried in their order, once each.
 * Event loop only.
 */
final class TaskLogin {
    private static final Backoff NEVER_USED = new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(1));

    private static final Router<Attempt> LOGGING_IN = Router.<Attempt>forRole("file-server at login")
            .on(Commands.FILE_LOGIN_RES, (attempt, result, seq) -> attempt.onResult(result))
            .build();

    /** Exactly one of the two is called, on the event loop. */
    interface Outcome {
        /** Must give the connection its new role before it returns: the server may be talking already. */
        void onLoggedIn(TaskConnection connection);

        void onNoLogin(TransferException why);
    }

    private final ClientOptions options;
    private final EventLoop loop;
    private final IMFileLoginReq request;
    private final Iterator<HostAndPort> addresses;
    private final Outcome outcome;
    private final List<String> failures = new ArrayList<>();
    private boolean refused;

    TaskLogin(
            ClientOptions options,
            EventLoop loop,
            IMFileLoginReq request,
            List<HostAndPort> addresses,
            Outcome outcome) {
        this.options = options;
        this.loop = loop;
        this.request = request;
        this.addresses = addresses.iterator();
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
                    refused ? Reason.LOGIN_REFUSED : Reason.UNREACHABLE, String.join("; ", failures)));
        }
    }

    private final class Attempt implements Session {
        private final HostAndPort address;
        private final ReconnectingClient client;
        private Connection connection;
        private Runnable ready;
        private String failure;
        private boolean over;

        Attempt(HostAndPort address) {
            this.address = address;
            this.client = new ReconnectingClient(
                    "file-server for task " + request.getTaskId(),
                    address,
                    loop,
                    new ReconnectingClient.Timing(options.connectTimeout(), options.requestTimeout(), NEVER_USED),
                    ConnectionSettings.forLinks(options.heartbeatEvery()),
                    this::login,
                    this::onState);
            failure = "cannot connect to the file-server " + address;
        }

        void start() {
            client.start();
        }

        private void login(Connection fresh, Runnable whenReady) {
            connection = fresh;
            ready = whenReady;
            failure = "the file-server " + address + " did not answer the login";
            fresh.become(LOGGING_IN, this, new Limits(MsgServerLink.MAX_FRAME_LENGTH, options.silenceLimit()));
            fresh.send(Commands.FILE_LOGIN_REQ, 1, request);
        }

        private void onResult(IMFileLoginRsp result) {
            if (result.getResultCode() != 0) {
                refused = true;
                failure = "the file-server " + address + " does not let this user into the task (result "
                        + Integer.toUnsignedString(result.getResultCode()) + ")";
                connection.close(failure);
                return;
            }
            over = true;
            ready.run();
            outcome.onLoggedIn(new TaskConnection(connection, client));
        }

        private void onState(State state) {
            if (state != State.BACKOFF) {
                return;
            }
            client.close();
            if (!over) {
                over = true;
                failures.add(failure);
                tryNext();
            }
        }

        @Override
        public String describe() {
            return "task " + request.getTaskId();
        }
    }
}
