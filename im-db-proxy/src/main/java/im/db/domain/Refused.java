package im.db.domain;

/** What was asked for may not be, and never will be. The message says why, in one line for a log. */
public final class Refused extends Exception {
    public Refused(String message) {
        super(message);
    }
}
