package im.launcher;

import im.db.Accounts;
import im.db.DbProxyConfig;
import im.db.domain.NameTaken;
import im.db.domain.Profile;
import im.db.domain.UserName;
import java.util.List;

/** The users that an empty embedded database gets, so that there is somebody to try it with. */
final class FirstUsers {
    static final String DESCRIPTION = "alice, bob and carol, whose passwords are alicepw, bobpw and carolpw";

    private FirstUsers() {}

    static void addToEmpty(DbProxyConfig config) throws NameTaken {
        try (Accounts accounts = Accounts.open(config)) {
            if (accounts.isEmpty()) {
                for (String name : List.of("alice", "bob", "carol")) {
                    accounts.add(new UserName(name), name + "pw", Profile.ofNickName(name));
                }
            }
        }
    }
}
