package im.db;

import static org.assertj.core.api.Assertions.assertThat;

import im.db.domain.Profile;
import im.db.domain.UserName;
import im.proto.Commands;
import im.proto.server.IMValidateRsp;
import im.testkit.TestDatabase;
import im.testkit.Vectors;
import im.testkit.Vectors.Recorded;
import im.testkit.WireClient;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Plays the msg-server's side of recorded conversations between other servers of this family. */
@Timeout(120)
class RecordedConversationsIT {
    private TestDatabase database;
    private DbProxy proxy;
    private WireClient msgServer;

    @BeforeEach
    void startWithTheUsersOfTheRecording() throws Exception {
        database = TestDatabase.fresh();
        DbProxyConfig config = Configurations.of(database);
        try (Accounts accounts = Accounts.open(config)) {
            accounts.add(
                    new UserName("alice"), "alicepw", new Profile(1, "Alice", "", 1, "alice@x", "alice", "100", ""));
            accounts.add(new UserName("bob"), "bobpw", new Profile(1, "Bob", "", 1, "bob@x", "bob", "100", ""));
        }
        proxy = DbProxy.start(config);
        msgServer = WireClient.connect(proxy.address());
    }

    @AfterEach
    void stop() throws IOException {
        msgServer.close();
        proxy.close();
        database.close();
    }

    @Test
    void answersAsRecorded() throws IOException {
        List<Recorded> pdus = Vectors.load("backend").stream()
                .filter(Recorded.class::isInstance)
                .map(Recorded.class::cast)
                .toList();
        int logins = 0;
        int lists = 0;
        for (Recorded pdu : pdus) {
            if (pdu.to().equals("db")) {
                msgServer.sendRaw(pdu.bytes());
            } else if (pdu.from().equals("db") && pdu.commandId() == Commands.FILE_HAS_OFFLINE_RES.commandId()) {
                assertThat(msgServer.expectFrame(Commands.FILE_HAS_OFFLINE_RES).raw())
                        .as("%s", pdu)
                        .isEqualTo(pdu.bytes());
                lists++;
            } else if (pdu.from().equals("db") && pdu.commandId() == Commands.OTHER_VALIDATE_RSP.commandId()) {
                WireClient.Frame frame = msgServer.expectFrame(Commands.OTHER_VALIDATE_RSP);
                assertThat(frame.seq()).isEqualTo(pdu.seq());
                assertThat(determined(frame.raw())).as("%s", pdu).isEqualTo(determined(pdu.bytes()));
                logins++;
            }
        }
        assertThat(logins).isEqualTo(32);
        assertThat(lists).isEqualTo(8);
    }

    /** Without what each server says in its own language. */
    private static IMValidateRsp determined(byte[] frame) throws IOException {
        return Commands.OTHER_VALIDATE_RSP
                .parser()
                .parseFrom(Arrays.copyOfRange(frame, WireClient.Frame.HEADER_LENGTH, frame.length))
                .toBuilder()
                .clearResultString()
                .build();
    }
}
