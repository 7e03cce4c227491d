package im.db.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.db.domain.Account;
import im.db.domain.NameTaken;
import im.db.domain.PasswordHash;
import im.db.domain.Profile;
import im.db.domain.User;
import im.db.domain.UserId;
import im.db.domain.UserName;
import im.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MySqlUsersIT {
    private static final UserName ALICE = new UserName("alice");
    private static final UserName BOB = new UserName("bob");
    private static final PasswordHash HASH = new PasswordHash("hash");

    private final FakeClock clock = new FakeClock();
    private TestDatabase schema;
    private Database database;
    private MySqlUsers users;

    @BeforeEach
    void open() {
        schema = TestDatabase.fresh();
        database = Database.openNow(TestSettings.of(schema));
        users = new MySqlUsers(database, clock);
    }

    @AfterEach
    void close() {
        database.close();
        schema.close();
    }

    @Test
    void findsWhatWasAdded() throws NameTaken {
        Profile profile = new Profile(
                2, "Alice 😀", "http://a/b.png", 4_294_967_295L, "a@x", "Alice Ångström", "100", "it's; -- me");
        UserId id = users.add(ALICE, HASH, profile);
        Account account = users.find(ALICE).orElseThrow();
        assertThat(account.passwordHash()).isEqualTo(HASH);
        assertThat(account.user()).isEqualTo(new User(id, ALICE, profile, 0, clock.instant()));
    }

    @Test
    void countsIdsFromOne() throws NameTaken {
        assertThat(users.add(ALICE, HASH, Profile.ofNickName("Alice"))).isEqualTo(new UserId(1));
        assertThat(users.add(BOB, HASH, Profile.ofNickName("Bob"))).isEqualTo(new UserId(2));
    }

    @Test
    void tellsUpperFromLowerCaseAndAccentsApart() throws NameTaken {
        users.add(ALICE, HASH, Profile.ofNickName("one"));
        users.add(new UserName("Alice"), HASH, Profile.ofNickName("two"));
        users.add(new UserName("alicé"), HASH, Profile.ofNickName("three"));
        assertThat(users.find(new UserName("Alice"))
                        .orElseThrow()
                        .user()
                        .profile()
                        .nickName())
                .isEqualTo("two");
        assertThat(users.find(new UserName("ALICE"))).isEmpty();
    }

    @Test
    void refusesANameThatIsTaken() throws NameTaken {
        users.add(ALICE, HASH, Profile.ofNickName("first"));
        assertThatThrownBy(() -> users.add(ALICE, HASH, Profile.ofNickName("second")))
                .isInstanceOf(NameTaken.class);
        assertThat(users.find(ALICE).orElseThrow().user().profile().nickName()).isEqualTo("first");
    }

    @Test
    void changesThePasswordOfOneUser() throws NameTaken {
        users.add(ALICE, HASH, Profile.ofNickName("Alice"));
        users.add(BOB, HASH, Profile.ofNickName("Bob"));
        assertThat(users.changePassword(ALICE, new PasswordHash("new"))).isTrue();
        assertThat(users.find(ALICE).orElseThrow().passwordHash()).isEqualTo(new PasswordHash("new"));
        assertThat(users.find(BOB).orElseThrow().passwordHash()).isEqualTo(HASH);
        assertThat(users.changePassword(new UserName("nobody"), HASH)).isFalse();
    }

    @Test
    void changesAPasswordToTheSameOne() throws NameTaken {
        users.add(ALICE, HASH, Profile.ofNickName("Alice"));
        assertThat(users.changePassword(ALICE, HASH)).isTrue();
    }

    @Test
    void listsWhoChangedSinceASecondIncludingThatSecond() throws NameTaken {
        users.add(ALICE, HASH, Profile.ofNickName("Alice"));
        clock.advance(Duration.ofSeconds(10));
        users.add(BOB, HASH, Profile.ofNickName("Bob"));
        clock.advance(Duration.ofSeconds(10));
        users.changePassword(ALICE, new PasswordHash("new"));
        assertThat(users.changedSince(clock.instant().minusSeconds(20), 10))
                .extracting(User::name)
                .containsExactly(BOB, ALICE);
        assertThat(users.changedSince(clock.instant().minusSeconds(9), 10))
                .extracting(User::name)
                .containsExactly(ALICE);
        assertThat(users.changedSince(clock.instant(), 10)).hasSize(1);
        assertThat(users.changedSince(clock.instant().plusSeconds(1), 10)).isEmpty();
        assertThat(users.changedSince(clock.instant().minusSeconds(20), 1))
                .extracting(User::name)
                .containsExactly(BOB);
    }

    @Test
    void findsUsersByTheirIds() throws NameTaken {
        UserId alice = users.add(ALICE, HASH, Profile.ofNickName("Alice"));
        UserId bob = users.add(BOB, HASH, Profile.ofNickName("Bob"));
        assertThat(users.find(List.of(bob, new UserId(99), alice)))
                .extracting(User::name)
                .containsExactly(ALICE, BOB);
        assertThat(users.find(List.of())).isEmpty();
    }

    @Test
    void tellsOfANewAvatarAndSignature() throws NameTaken {
        UserId alice = users.add(ALICE, HASH, Profile.ofNickName("Alice"));
        clock.advance(Duration.ofSeconds(10));
        String longest = "😀".repeat(Profile.MAX_SIGN_INFO);
        assertThat(users.changeAvatar(alice, "http://a")).isTrue();
        assertThat(users.changeSignInfo(alice, longest)).isTrue();
        assertThat(users.changeSignInfo(alice, longest)).isTrue();
        User changed = users.changedSince(clock.instant(), 10).get(0);
        assertThat(changed.profile().avatarUrl()).isEqualTo("http://a");
        assertThat(changed.profile().signInfo()).isEqualTo(longest);
        assertThat(users.changeAvatar(new UserId(99), "")).isFalse();
        assertThat(users.changeSignInfo(new UserId(99), "")).isFalse();
    }

    @Test
    void readsAllInPieces() throws NameTaken {
        users.add(ALICE, HASH, Profile.ofNickName("Alice"));
        users.add(BOB, HASH, Profile.ofNickName("Bob"));
        assertThat(users.after(0, 1)).extracting(User::name).containsExactly(ALICE);
        assertThat(users.after(1, 1)).extracting(User::name).containsExactly(BOB);
        assertThat(users.after(2, 1)).isEmpty();
    }

    @Test
    void takesSqlInNamesForWhatItIsText() throws NameTaken {
        users.add(ALICE, HASH, Profile.ofNickName("Alice"));
        assertThat(users.find(new UserName("alice' OR '1'='1"))).isEmpty();
        assertThat(users.find(new UserName("x'; DROP TABLE users; --"))).isEmpty();
        assertThat(users.find(ALICE)).isPresent();
    }
}
