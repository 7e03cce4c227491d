package im.msg.session;

import com.google.common.base.Throwables;
import com.google.common.base.Ticker;
import im.msg.domain.MessageDelivery;
import im.msg.domain.Presence;
import im.msg.domain.UserId;
import im.msg.wire.ClientKinds;
import im.netlib.Admission;
import im.netlib.Connection;
import im.netlib.LimitsReached.Limit;
import im.netlib.LogOnceAMinute;
import im.netlib.ProtocolViolation;
import im.netlib.Router;
import im.proto.Capabilities;
import im.proto.Commands;
import im.proto.base.ResultType;
import im.proto.base.UserInfo;
import im.proto.base.UserStatType;
import im.proto.login.IMLoginReq;
import im.proto.login.IMLoginRes;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client may do before it is logged in: log in. */
public final class LoginCommands {
    private static final Logger log = LoggerFactory.getLogger(LoginCommands.class);

    private final UserDirectory directory;
    private final Presence presence;
    private final MessageDelivery delivery;
    private final UserCommands afterLogin;
    private final ClientLimits limits;
    private final Clock clock;
    private final LoginMeters meters;
    private final LoginAttempts attempts;
    private final LogOnceAMinute<InetAddress> lockedOut = new LogOnceAMinute<>(Ticker.systemTicker());
    private final Router<LoginSession> router;

    public LoginCommands(
            UserDirectory directory,
            Presence presence,
            MessageDelivery delivery,
            UserCommands afterLogin,
            ClientLimits limits,
            Clock clock,
            LoginMeters meters,
            LoginAttempts attempts) {
        this.attempts = attempts;
        this.directory = directory;
        this.presence = presence;
        this.delivery = delivery;
        this.afterLogin = afterLogin;
        this.limits = limits;
        this.clock = clock;
        this.meters = meters;
        this.router = Router.<LoginSession>forRole("client before login")
                .on(Commands.LOGIN_REQ_USERLOGIN, this::onLogin)
                .strict()
                .build();
    }

    /** Gives a new connection its first role. */
    public void onConnected(Connection connection) {
        connection.become(router, new LoginSession(connection), limits.beforeLogin());
    }

    private void onLogin(LoginSession session, IMLoginReq request, int seq) {
        if (!session.startValidating()) {
            throw new ProtocolViolation("a second login while the first is being looked at");
        }
        InetAddress from = Admission.network(session.connection().remoteAddress());
        Optional<LoginAttempts.Locked> locked = attempts.begin(from, request.getUserName());
        if (locked.isPresent()) {
            refuseLocked(session, request, seq, locked.get());
            return;
        }
        session.pending()
                .await(directory.validate(request.getUserName(), request.getPassword()), (validation, failure) -> {
                    if (failure == null && validation.refused()) {
                        attempts.wasWrong(from);
                    } else {
                        attempts.costsNothing(from, request.getUserName());
                    }
                    if (session.connection().isClosing()) {
                        return;
                    }
                    if (failure != null) {
                        // Who is away is warned of once; here come all clients.
                        log.info(
                                "{}: login of {} refused: {}",
                                session.connection(),
                                request.getUserName(),
                                Throwables.getRootCause(failure).getMessage());
                        meters.noDatabase();
                        refuse(session, seq, ResultType.REFUSE_REASON_NO_DB_SERVER, "the user database is away");
                    } else if (validation.refused()) {
                        log.info("{}: login of {} refused", session.connection(), request.getUserName());
                        meters.refused();
                        refuse(session, seq, ResultType.REFUSE_REASON_DB_VALIDATE_FAILED, validation.reason());
                    } else {
                        welcome(session.connection(), request, seq, validation);
                    }
                });
    }

    /**
     * A user may be told that it is the password, which he has to look at anyway. Others at an address have done nothing: their clients
     * are to try again.
     */
    private void refuseLocked(LoginSession session, IMLoginReq request, int seq, LoginAttempts.Locked locked) {
        session.connection().ranInto(locked.limit());
        meters.lockedOut();
        if (lockedOut.isDue(Admission.network(session.connection().remoteAddress()))) {
            log.warn(
                    "{}: login of {} refused, and for {} s all like it: too many wrong passwords ({})",
                    session.connection(),
                    request.getUserName(),
                    secondsOf(locked.tryAgainIn()),
                    locked.limit());
        }
        refuse(
                session,
                seq,
                locked.limit() == Limit.LOGINS_PER_PAIR
                        ? ResultType.REFUSE_REASON_DB_VALIDATE_FAILED
                        : ResultType.REFUSE_REASON_MSG_SERVER_FULL,
                "too many wrong passwords from this address; try again in " + secondsOf(locked.tryAgainIn()) + " s");
    }

    private static long secondsOf(Duration time) {
        return time.plusSeconds(1).minusNanos(1).toSeconds();
    }

    private void refuse(LoginSession session, int seq, ResultType result, String reason) {
        session.connection()
                .send(Commands.LOGIN_RES_USERLOGIN, seq, result(result, reason).build());
        session.connection().closeAfterFlush("login refused");
    }

    private void welcome(Connection connection, IMLoginReq request, int seq, UserDirectory.Validation validation) {
        UserInfo info = validation.user().orElseThrow();
        UserSession session = new UserSession(
                connection,
                new UserId(info.getUserId()),
                request.getUserName(),
                ClientKinds.of(request.getClientType()),
                request.getCapabilities(),
                presence,
                delivery,
                limits,
                clock.instant());
        connection.become(afterLogin.router(), session, limits.afterLogin(session.kind()));
        // First online, then told so: whoever acts on the answer finds this user online. What arriving makes
        // others, or this client, hear comes through the event loop and thus after the answer.
        presence.arrived(session);
        IMLoginRes.Builder answer = result(ResultType.REFUSE_REASON_NONE, validation.reason())
                .setOnlineStatus(UserStatType.USER_STATUS_ONLINE)
                .setUserInfo(info);
        if (request.hasCapabilities()) {
            answer.setCapabilities(Capabilities.LARGE_FILES);
        }
        connection.send(Commands.LOGIN_RES_USERLOGIN, seq, answer.build());
        session.catchUp();
        meters.welcomed();
        log.info("{}: logged in", connection);
    }

    private IMLoginRes.Builder result(ResultType result, String reason) {
        return IMLoginRes.newBuilder()
                .setServerTime((int) clock.instant().getEpochSecond())
                .setResultCode(result)
                .setResultString(reason);
    }
}
