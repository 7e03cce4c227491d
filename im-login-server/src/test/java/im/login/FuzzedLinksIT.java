package im.login;

import im.proto.Commands;
import im.testkit.Eventually;
import im.testkit.fuzz.FuzzCases;
import im.testkit.fuzz.HostileLinks;
import im.testkit.fuzz.HostileLinks.Said;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Msg-servers whose links begin well and go wrong: clients are sent to the others, and nothing stays behind. */
class FuzzedLinksIT {
    private static final int LINKS = 25;

    @Test
    void whateverAMsgServerSaysClientsFindAnotherAndNothingStaysBehind() throws Exception {
        HostileLinks hostile = new HostileLinks(
                List.of(new Said(Commands.OTHER_MSG_SERV_INFO, LoginServerFixture.info(6666, 5, 10))),
                List.of(Commands.OTHER_MSG_SERV_INFO, Commands.OTHER_USER_CNT_UPDATE));
        try (LoginServerFixture server = new LoginServerFixture()) {
            server.msgServer(8000, 9, 10, 1);
            FuzzCases.runAgainstServers(24, (random, number) -> {
                for (int i = 0; i < LINKS; i++) {
                    hostile.goWrong(server.server().internalAddress(), random);
                }
                hostile.close();
                // What they said may be heard a moment later.
                Eventually.until(
                        "clients are sent to the other", () -> server.ask().getPort() == 8000);
            });
        }
    }
}
