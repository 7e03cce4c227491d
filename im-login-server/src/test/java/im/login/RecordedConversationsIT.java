package im.login;

import static im.login.LoginServerFixture.userCame;
import static im.login.LoginServerFixture.userWent;
import static org.assertj.core.api.Assertions.assertThat;

import im.proto.Commands;
import im.testkit.Vectors;
import im.testkit.Vectors.Recorded;
import im.testkit.WireClient;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a msg-server of the reference stack said to its login-server, byte for byte, is understood by ours. */
class RecordedConversationsIT {
    private static final int MORE = 1000;

    /** The recorded server takes 100000 users. Nobody is left on it in the end, so after more came the count is known exactly. */
    @Test
    void everyUserWhoCameAndWentIsCounted() throws Exception {
        List<Recorded> said = Vectors.load("backend").stream()
                .filter(step -> step instanceof Recorded pdu
                        && pdu.from().equals("msg")
                        && pdu.to().equals("login"))
                .map(Recorded.class::cast)
                .toList();
        assertThat(said)
                .filteredOn(pdu -> pdu.commandId() == Commands.OTHER_USER_CNT_UPDATE.commandId())
                .hasSizeGreaterThan(10);
        try (LoginServerFixture server = new LoginServerFixture()) {
            WireClient recorded = server.link();
            recorded.sendRaw(said.get(0).bytes());
            server.awaitMsgServers(1);
            assertThat(server.get("/msg_server").body())
                    .isEqualTo("{\"backupIP\":\"127.0.0.1\",\"code\":0,\"discovery\":\"\",\"msfsBackup\":\"\","
                            + "\"msfsPrior\":\"\",\"msg\":\"\",\"port\":\"18000\",\"priorIP\":\"127.0.0.1\"}");

            server.msgServer(8002, 2 * MORE - 1, 200_000, 2);
            assertThat(server.ask().getPort()).isEqualTo(18_000);
            for (Recorded pdu : said.subList(1, said.size())) {
                recorded.sendRaw(pdu.bytes());
            }
            for (int i = 0; i < MORE; i++) {
                userCame(recorded);
            }
            server.awaitPort(8002);
            userWent(recorded);
            server.awaitPort(18_000);
        }
    }
}
