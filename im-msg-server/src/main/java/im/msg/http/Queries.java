package im.msg.http;

import com.google.common.base.Throwables;
import com.google.common.base.Ticker;
import com.google.common.collect.ImmutableMap;
import im.netlib.Admission;
import im.netlib.LogOnceAMinute;
import im.server.http.HttpAnswers;
import im.server.http.HttpCall;
import im.server.http.HttpReply;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who asks with a good key is answered in JSON, with {@code error_code} and {@code error_msg} always in it. Thread-safe. */
public final class Queries implements HttpAnswers {
    private static final Logger log = LoggerFactory.getLogger(Queries.class);

    /** How a request ends: its HTTP status, and the {@code error_code}. */
    private enum Ending {
        DONE(200, 0),
        BAD(400, 1),
        WRONG_KEY(401, 2),
        REFUSED(422, 3),
        NOT_NOW(503, 4);

        private final int status;
        private final int code;

        Ending(int status, int code) {
            this.status = status;
            this.code = code;
        }

        HttpReply reply(String message, Map<String, Object> fields) {
            Map<String, Object> all = new HashMap<>(fields);
            all.put("error_code", code);
            all.put("error_msg", message);
            return HttpReply.of(status, all);
        }

        HttpReply reply(String message) {
            return reply(message, Map.of());
        }
    }

    private final AppKeys keys;
    private final ImmutableMap<String, Query> queries;
    private final LogOnceAMinute<InetAddress> wrongKeys = new LogOnceAMinute<>(Ticker.systemTicker());

    public Queries(AppKeys keys, GroupQueries groups, MessageQueries messages) {
        this.keys = keys;
        this.queries = ImmutableMap.of(
                "/query/CreateGroup", groups::create,
                "/query/ChangeMembers", groups::changeMembers,
                "/query/SendMessage", messages::send);
    }

    @Override
    public CompletableFuture<HttpReply> answer(HttpCall call) {
        Query query = queries.get(call.path());
        if (query == null) {
            return CompletableFuture.completedFuture(HttpReply.notFound());
        }
        if (!call.method().equals("POST")) {
            return CompletableFuture.completedFuture(HttpReply.only("POST"));
        }
        try {
            QueryFields fields = QueryFields.parse(call.body());
            Optional<String> app = keys.nameOf(fields.optionalText("app_key").orElse(""));
            if (app.isEmpty()) {
                if (wrongKeys.isDue(Admission.network(call.from()))) {
                    log.warn("{}: {}: refused, and for a minute all like it: wrong app_key", call.from(), call.path());
                }
                return CompletableFuture.completedFuture(Ending.WRONG_KEY.reply("wrong app_key"));
            }
            return run(query, fields, app.get() + ": " + call.path());
        } catch (BadQuery e) {
            return CompletableFuture.completedFuture(Ending.BAD.reply(e.getMessage()));
        }
    }

    private static CompletableFuture<HttpReply> run(Query query, QueryFields fields, String what) throws BadQuery {
        return query.run(fields).handle((answer, failure) -> {
            if (failure == null) {
                log.debug("{}: done", what);
                return Ending.DONE.reply("ok", answer);
            }
            Throwable cause = Throwables.getRootCause(failure);
            log.warn("{} fails: {}", what, cause.toString());
            return cause instanceof QueryRefused
                    ? Ending.REFUSED.reply(cause.getMessage())
                    : Ending.NOT_NOW.reply("the database does not answer; it may have been done all the same");
        });
    }
}
