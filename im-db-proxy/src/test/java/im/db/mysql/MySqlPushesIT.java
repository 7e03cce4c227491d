package im.db.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.db.domain.Conversation;
import im.db.domain.DeviceToken;
import im.db.domain.NewMessage;
import im.db.domain.Participant;
import im.db.domain.Pushes.Target;
import im.db.domain.Refused;
import im.db.domain.UserId;
import im.testkit.TestDatabase;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MySqlPushesIT {
    private static final int IOS = 17;
    private static final int ANDROID = 18;

    private final FakeClock clock = new FakeClock();
    private TestDatabase schema;
    private Database database;
    private MySqlPushes pushes;
    private UserId alice;
    private UserId bob;

    @BeforeEach
    void open() {
        schema = TestDatabase.fresh();
        database = Database.openNow(TestSettings.of(schema));
        pushes = new MySqlPushes(database);
        alice = TestUsers.add(database, clock, "alice");
        bob = TestUsers.add(database, clock, "bob");
    }

    @AfterEach
    void close() {
        database.close();
        schema.close();
    }

    private List<DeviceToken> tokensOf(UserId... users) {
        return pushes.targets(List.of(users), false).stream().map(Target::token).toList();
    }

    @Test
    void aUserHasOneTokenForEachKindOfClient() {
        pushes.register(new DeviceToken(alice, IOS, "old"));
        pushes.register(new DeviceToken(alice, IOS, "new"));
        pushes.register(new DeviceToken(alice, IOS, "new"));
        pushes.register(new DeviceToken(alice, ANDROID, "x".repeat(512)));
        assertThat(tokensOf(bob, alice))
                .containsExactly(new DeviceToken(alice, IOS, "new"), new DeviceToken(alice, ANDROID, "x".repeat(512)));
        pushes.forget(alice, IOS);
        pushes.forget(alice, IOS);
        assertThat(tokensOf(alice)).extracting(DeviceToken::clientType).containsExactly(ANDROID);
        assertThat(pushes.targets(List.of(), false)).isEmpty();
    }

    @Test
    void aTokenGoesToWhoeverIsAtTheDeviceNow() {
        pushes.register(new DeviceToken(alice, IOS, "device"));
        pushes.register(new DeviceToken(bob, IOS, "other"));
        pushes.register(new DeviceToken(bob, IOS, "device"));
        assertThat(tokensOf(alice, bob)).containsExactly(new DeviceToken(bob, IOS, "device"));
    }

    @Test
    void refusesTokensThatAreNone() {
        assertThatThrownBy(() -> new DeviceToken(alice, IOS, "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DeviceToken(alice, IOS, "x".repeat(513)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void leavesOutWhoWantsNoneAtNight() {
        pushes.register(new DeviceToken(alice, IOS, "a"));
        pushes.register(new DeviceToken(bob, IOS, "b"));
        assertThat(pushes.shieldNights(alice, 1)).isTrue();
        assertThat(pushes.shieldNights(alice, 1)).isTrue();
        assertThat(pushes.shieldsNights(alice)).isOne();
        assertThat(pushes.shieldsNights(bob)).isZero();
        assertThat(pushes.targets(List.of(alice, bob), true))
                .extracting(target -> target.token().user())
                .containsExactly(bob);
        assertThat(pushes.targets(List.of(alice, bob), false)).hasSize(2);
        assertThat(pushes.shieldNights(new UserId(99), 1)).isFalse();
        assertThat(pushes.shieldsNights(new UserId(99))).isZero();
    }

    @Test
    void countsWhatIsUnreadInAllConversations() throws Refused {
        MySqlMessages messages = new MySqlMessages(database, new GroupMembers(), clock);
        UserId carol = TestUsers.add(database, clock, "carol");
        pushes.register(new DeviceToken(alice, IOS, "a"));
        pushes.register(new DeviceToken(bob, IOS, "b"));
        for (UserId from : List.of(bob, carol, carol)) {
            messages.store(new NewMessage(
                    new Participant(from, Conversation.between(from, alice)), 1, new byte[0], Optional.empty()));
        }
        assertThat(pushes.targets(List.of(alice, bob), false))
                .extracting(Target::unread)
                .containsExactly(3L, 0L);
    }
}
