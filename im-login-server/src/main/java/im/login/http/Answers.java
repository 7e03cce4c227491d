package im.login.http;

import im.login.domain.Choice;
import im.login.domain.MsgServerAddress;
import im.login.domain.MsgServers;
import im.server.http.HttpAnswers;
import im.server.http.HttpCall;
import im.server.http.HttpReply;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What is answered, as JSON. Every field is always there: clients of this family read them without looking. Thread-safe. */
public final class Answers implements HttpAnswers {
    private final MsgServers msgServers;
    private final ClientHints hints;

    public Answers(MsgServers msgServers, ClientHints hints) {
        this.msgServers = msgServers;
        this.hints = hints;
    }

    @Override
    public CompletableFuture<HttpReply> answer(HttpCall call) {
        return CompletableFuture.completedFuture(
                switch (call.path()) {
                    case "/msg_server" -> page(call, this::msgServer);
                    case "/health" -> page(call, this::health);
                    default -> HttpReply.notFound();
                });
    }

    private static HttpReply page(HttpCall call, Supplier<Map<String, Object>> json) {
        return call.method().equals("GET") ? HttpReply.ok(json.get()) : HttpReply.only("GET");
    }

    /** Which msg-server to use; without one the addresses are empty and the port is 0. */
    private Map<String, Object> msgServer() {
        Choice choice = msgServers.choose();
        Optional<MsgServerAddress> address = choice.address();
        return Map.of(
                "code", choice.outcome().code(),
                "msg", choice.outcome().text(),
                "priorIP", address.map(MsgServerAddress::priorIp).orElse(""),
                "backupIP", address.map(MsgServerAddress::backupIp).orElse(""),
                "port", Integer.toString(address.map(MsgServerAddress::port).orElse(0)),
                "msfsPrior", hints.msfsPrior(),
                "msfsBackup", hints.msfsBackup(),
                "discovery", hints.discovery());
    }

    /** That this server is well, and how many msg-servers it knows. */
    private Map<String, Object> health() {
        return Map.of("status", "ok", "msgServers", msgServers.size());
    }
}
