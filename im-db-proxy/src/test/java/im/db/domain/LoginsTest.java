package im.db.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoginsTest {
    private static final UserName ALICE = new UserName("alice");
    private static final PasswordDigest RIGHT = PasswordDigest.ofPassword("alicepw");
    private static final PasswordDigest WRONG = PasswordDigest.ofPassword("guess");

    private final PasswordHashing hashing = new PasswordHashing(PasswordHashing.MIN_COST);
    private final CredentialMemory memory = new CredentialMemory(100, Duration.ofMinutes(10), new FakeTicker());
    private final UsersInMemory users = new UsersInMemory();
    private final Logins logins = new Logins(users, hashing, memory);

    @BeforeEach
    void addAlice() {
        users.add(ALICE, hashing.hash(RIGHT), Profile.ofNickName("Alice"));
    }

    @Test
    void letsInWhoHasTheRightPassword() {
        assertThat(logins.validate(ALICE, RIGHT)).map(User::name).contains(ALICE);
        assertThat(logins.validate(ALICE, RIGHT)).map(User::name).contains(ALICE);
    }

    @Test
    void letsNobodyElseIn() {
        logins.validate(ALICE, RIGHT);
        assertThat(logins.validate(ALICE, WRONG)).isEmpty();
        assertThat(logins.validate(new UserName("nobody"), RIGHT)).isEmpty();
    }

    @Test
    void doesNotComputeTheSlowHashAgainForWhatIsRemembered() {
        PasswordHash neverMatches = new PasswordHash("no hash of anything");
        users.changePassword(ALICE, neverMatches);
        memory.remember(ALICE, RIGHT, neverMatches);
        assertThat(logins.validate(ALICE, RIGHT)).isPresent();
        assertThat(logins.validate(ALICE, WRONG)).isEmpty();
    }

    @Test
    void countsAChangedPasswordAtOnce() {
        logins.validate(ALICE, RIGHT);
        users.changePassword(ALICE, hashing.hash(WRONG));
        assertThat(logins.validate(ALICE, RIGHT)).isEmpty();
        assertThat(logins.validate(ALICE, WRONG)).isPresent();
    }

    @Test
    void doesNotAnswerFromMemoryAloneWhenTheStorageFails() {
        logins.validate(ALICE, RIGHT);
        users.failing = true;
        assertThatThrownBy(() -> logins.validate(ALICE, RIGHT)).isInstanceOf(StorageFailure.class);
    }

    private static final class UsersInMemory implements Users {
        private final Map<UserName, Account> accounts = new HashMap<>();
        private boolean failing;

        @Override
        public Optional<Account> find(UserName name) {
            if (failing) {
                throw new StorageFailure("gone", null);
            }
            return Optional.ofNullable(accounts.get(name));
        }

        @Override
        public UserId add(UserName name, PasswordHash passwordHash, Profile profile) {
            UserId id = new UserId(accounts.size() + 1L);
            accounts.put(name, new Account(new User(id, name, profile, 0, Instant.EPOCH), passwordHash));
            return id;
        }

        @Override
        public boolean changePassword(UserName name, PasswordHash passwordHash) {
            accounts.computeIfPresent(name, (n, account) -> new Account(account.user(), passwordHash));
            return accounts.containsKey(name);
        }

        @Override
        public List<User> changedSince(Instant second, int limit) {
            return List.of();
        }

        @Override
        public List<User> find(Collection<UserId> ids) {
            return List.of();
        }

        @Override
        public boolean changeAvatar(UserId id, String url) {
            return false;
        }

        @Override
        public boolean changeSignInfo(UserId id, String text) {
            return false;
        }

        @Override
        public List<User> after(long id, int limit) {
            return List.of();
        }
    }
}
