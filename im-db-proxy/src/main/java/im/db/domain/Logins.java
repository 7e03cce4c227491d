package im.db.domain;

import java.util.Optional;

/** Decides who may log in. Blocks; thread-safe. */
public final class Logins {
    private final Users users;
    private final PasswordHashing hashing;
    private final CredentialMemory memory;

    public Logins(Users users, PasswordHashing hashing, CredentialMemory memory) {
        this.users = users;
        this.hashing = hashing;
        this.memory = memory;
    }

    /**
     * The user with this name and password; nothing if there is none, whichever of the two is wrong. The row is read every
     * time, so a changed password counts at once.
     *
     * @throws StorageFailure when nobody can say
     */
    public Optional<User> validate(UserName name, PasswordDigest digest) {
        Optional<Account> account = users.find(name);
        if (account.isEmpty()) {
            hashing.pretend(digest);
            return Optional.empty();
        }
        PasswordHash stored = account.get().passwordHash();
        if (!memory.remembers(name, digest, stored)) {
            if (!hashing.matches(digest, stored)) {
                return Optional.empty();
            }
            memory.remember(name, digest, stored);
        }
        return account.map(Account::user);
    }
}
