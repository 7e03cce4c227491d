package im.launcher;

import im.db.Accounts;

/** The users that an empty embedded database gets, so that there is somebody to try it with. */
final class FirstUsers {
    static final String DESCRIPTION = "alice, bob and carol, whose passwords are alicepw, bobpw and carolpw";

    private FirstUsers() {}

    static void addToEmpty(Accounts accounts) {
        if (accounts.list().isEmpty()) {
            accounts.add("alice", "alicepw");
            accounts.add("bob", "bobpw");
            accounts.add("carol", "carolpw");
        }
    }
}
