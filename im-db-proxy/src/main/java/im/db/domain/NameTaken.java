package im.db.domain;

/** Somebody has this name already. */
public final class NameTaken extends Exception {
    public NameTaken(UserName name) {
        super("there is a user called " + name + " already");
    }
}
