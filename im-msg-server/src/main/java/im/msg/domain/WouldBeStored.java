package im.msg.domain;

/** A file cannot go straight to its receiver, and its sender wants to know that first. Carries no stack trace. */
public final class WouldBeStored extends Exception {
    WouldBeStored() {
        super("the receiver is not there, so the file would be stored", null, false, false);
    }
}
