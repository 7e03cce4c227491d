package im.db.mysql;

import im.db.domain.NameTaken;
import im.db.domain.PasswordHash;
import im.db.domain.Profile;
import im.db.domain.UserId;
import im.db.domain.UserName;
import java.time.Clock;

/** Users that nobody logs in as. */
final class TestUsers {
    private TestUsers() {}

    /** Ids are from 1 in an empty schema. */
    static UserId add(Database database, Clock clock, String name) {
        try {
            return new MySqlUsers(database, clock)
                    .add(new UserName(name), new PasswordHash("hash"), Profile.ofNickName(name));
        } catch (NameTaken e) {
            throw new AssertionError(e);
        }
    }
}
