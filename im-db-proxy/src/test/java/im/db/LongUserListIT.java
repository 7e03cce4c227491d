package im.db;

import static org.assertj.core.api.Assertions.assertThat;

import im.db.domain.NameTaken;
import im.db.domain.PasswordHash;
import im.db.domain.Profile;
import im.db.domain.UserName;
import im.db.mysql.Database;
import im.db.mysql.MySqlUsers;
import im.proto.Commands;
import im.proto.base.UserInfo;
import im.proto.buddy.IMAllUserReq;
import im.proto.buddy.IMAllUserRsp;
import im.testkit.TestDatabase;
import im.testkit.WireClient;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More users than one frame holds. */
@Timeout(120)
class LongUserListIT {
    private static final int USERS = 600;
    private static final int LONGEST_FRAME = 256 << 10;
    private static final long BEGIN = 1_700_000_000;

    private TestDatabase database;
    private DbProxy proxy;
    private WireClient client;

    @BeforeEach
    void start() throws IOException {
        database = TestDatabase.fresh();
        proxy = DbProxy.start(Configurations.of(database));
        client = WireClient.connect(proxy.address());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        proxy.close();
        database.close();
    }

    /** Each next user so many seconds later. */
    private void addUsers(int seconds) throws NameTaken {
        try (Database direct = Database.openNow(Configurations.of(database).database())) {
            for (int i = 0; i < USERS; i++) {
                Instant then = Instant.ofEpochSecond(BEGIN + (long) i * seconds);
                new MySqlUsers(direct, Clock.fixed(then, ZoneOffset.UTC))
                        .add(
                                new UserName("user" + i),
                                new PasswordHash("none"),
                                new Profile(0, "User", "", 0, "", "", "", "x".repeat(512)));
            }
        }
    }

    private IMAllUserRsp changedSince(long second) throws IOException {
        client.send(
                Commands.BUDDY_LIST_ALL_USER_REQUEST,
                1,
                IMAllUserReq.newBuilder()
                        .setUserId(1)
                        .setLatestUpdateTime((int) second)
                        .build());
        WireClient.Frame frame = client.expectFrame(Commands.BUDDY_LIST_ALL_USER_RESPONSE);
        assertThat(frame.raw()).hasSizeLessThanOrEqualTo(LONGEST_FRAME);
        return frame.parse(Commands.BUDDY_LIST_ALL_USER_RESPONSE);
    }

    @Test
    void givesThemAllToWhoAsksAgainFromWhereTheLastAnswerEnded() throws Exception {
        addUsers(1);
        Set<Integer> seen = new HashSet<>();
        long since = 0;
        IMAllUserRsp answer = changedSince(since);
        while (answer.getLatestUpdateTime() != since) {
            answer.getUserListList().stream().map(UserInfo::getUserId).forEach(seen::add);
            since = answer.getLatestUpdateTime();
            answer = changedSince(since);
        }
        assertThat(seen).hasSize(USERS);
    }

    @Test
    void doesNotSendTheSameOnesForEverWhenTooManyChangedInOneSecond() throws Exception {
        addUsers(0);
        assertThat(changedSince(0).getLatestUpdateTime()).isEqualTo((int) BEGIN);
        assertThat(changedSince(BEGIN).getLatestUpdateTime()).isEqualTo((int) BEGIN + 1);
    }
}
