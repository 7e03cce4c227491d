package im.db;

import im.db.domain.Departments;
import im.db.domain.NameTaken;
import im.db.domain.PasswordDigest;
import im.db.domain.PasswordHashing;
import im.db.domain.Profile;
import im.db.domain.User;
import im.db.domain.UserId;
import im.db.domain.UserName;
import im.db.mysql.Database;
import im.db.mysql.MySqlDepartments;
import im.db.mysql.MySqlUsers;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;

/**
 * Manages accounts and departments directly in the database; a db-proxy need not run, and if one does it notices. Blocks; every call throws
 * {@link im.db.domain.StorageFailure} when the database does not answer.
 */
public final class Accounts implements AutoCloseable {
    private static final int PAGE = 500;

    private final Database database;
    private final MySqlUsers users;
    private final MySqlDepartments departments;
    private final PasswordHashing hashing;

    private Accounts(Database database, PasswordHashing hashing) {
        this.database = database;
        this.users = new MySqlUsers(database, Clock.systemUTC());
        this.departments = new MySqlDepartments(database, Clock.systemUTC());
        this.hashing = hashing;
    }

    /** Connects and brings the tables up to date. */
    public static Accounts open(DbProxyConfig config) {
        return new Accounts(
                Database.openNow(config.database()),
                new PasswordHashing(config.passwords().cost()));
    }

    /**
     * Adds a user; the first one gets id 1.
     *
     * @throws NameTaken when somebody has this name
     */
    public UserId add(UserName name, String password, Profile profile) throws NameTaken {
        return users.add(name, hashing.hash(PasswordDigest.ofPassword(password)), profile);
    }

    /** @return false when there is no such user */
    public boolean changePassword(UserName name, String password) {
        return users.changePassword(name, hashing.hash(PasswordDigest.ofPassword(password)));
    }

    public boolean isEmpty() {
        return users.after(0, 1).isEmpty();
    }

    /** All users, in order of their ids. */
    public void forEach(Consumer<User> action) {
        List<User> page = users.after(0, PAGE);
        while (!page.isEmpty()) {
            page.forEach(action);
            page = users.after(page.get(page.size() - 1).id().value(), PAGE);
        }
    }

    public Departments departments() {
        return departments;
    }

    @Override
    public void close() {
        database.close();
    }
}
