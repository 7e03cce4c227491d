package im.file;

import im.proto.Commands;
import im.proto.server.IMFileServerIPReq;
import im.testkit.Eventually;
import im.testkit.fuzz.FuzzCases;
import im.testkit.fuzz.HostileLinks;
import im.testkit.fuzz.HostileLinks.Said;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Msg-servers whose links begin well and go wrong: files are taken and given back all the same, and nothing of the links stays behind. */
class FuzzedLinksIT {
    private static final int LINKS = 25;
    private static final byte[] CONTENT = new byte[70_000];

    @TempDir
    Path folder;

    @Test
    void whateverAMsgServerSaysOthersNoticeNothingAndNothingStaysBehind() throws Exception {
        HostileLinks hostile = new HostileLinks(
                List.of(new Said(Commands.OTHER_FILE_SERVER_IP_REQ, IMFileServerIPReq.getDefaultInstance())),
                List.of(
                        Commands.OTHER_FILE_SERVER_IP_REQ,
                        Commands.OTHER_FILE_TRANSFER_REQ,
                        Commands.FILE_ADD_OFFLINE_REQ,
                        Commands.FILE_DEL_OFFLINE_REQ,
                        Commands.FILE_HAS_OFFLINE_RES));
        try (FileServerFixture server = new FileServerFixture(folder)) {
            server.stored(CONTENT);
            server.disconnectClients();
            Eventually.until("the first upload has ended", () -> server.clientCount() == 0);
            FuzzCases.runAgainstServers(24, (random, number) -> {
                String task = server.online(10);
                for (int i = 0; i < LINKS; i++) {
                    hostile.goWrong(server.server().internalAddresses().get(0), random);
                }
                server.sender(task);
                server.receiver(task).expect(Commands.FILE_STATE);
                hostile.close();
                Eventually.until("they are gone", () -> server.msgServerCount() == 1);
                server.stored(CONTENT);
                server.disconnectClients();
            });
            Eventually.until("all connections have ended", () -> server.clientCount() == 0);
        }
    }
}
