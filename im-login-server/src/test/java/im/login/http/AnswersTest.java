package im.login.http;

import static org.assertj.core.api.Assertions.assertThat;

import im.login.domain.MsgServer;
import im.login.domain.MsgServerAddress;
import im.login.domain.MsgServers;
import im.server.http.HttpCall;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private final MsgServers servers = new MsgServers(new Random(1));

    private String msgServer(String discovery) {
        HttpCall call = new HttpCall(
                InetSocketAddress.createUnresolved("client", 1),
                "GET",
                "/msg_server",
                Optional.empty(),
                Optional.empty(),
                new byte[0]);
        return new Answers(servers, new ClientHints("http://a/", "http://b/", discovery))
                .answer(call)
                .join()
                .body()
                .orElseThrow()
                .text();
    }

    @Test
    void theHintsAreThereEvenIfThereIsNoServer() {
        assertThat(msgServer("http://c/"))
                .isEqualTo("{\"backupIP\":\"\",\"code\":1,\"discovery\":\"http://c/\",\"msfsBackup\":\"http://b/\","
                        + "\"msfsPrior\":\"http://a/\",\"msg\":\"there is no msg-server\",\"port\":\"0\","
                        + "\"priorIP\":\"\"}");
    }

    @Test
    void textCannotBreakOutOfItsQuotes() {
        servers.announced(1, new MsgServer(new MsgServerAddress("a\",\"x\":\"\\", "b\n\u0001", 1), "", 0, 1));
        assertThat(msgServer("\u00e4"))
                .contains("\"priorIP\":\"a\\\",\\\"x\\\":\\\"\\\\\"")
                .contains("\"backupIP\":\"b\\n\\u0001\"")
                .contains("\"discovery\":\"\u00e4\"");
    }
}
