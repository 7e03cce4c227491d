package im.file.transfer;

import java.io.IOException;

/** The store does not take a file of that size now; the message is for people. */
public final class NoRoom extends IOException {
    private static final long serialVersionUID = 1;

    public NoRoom(String why) {
        super(why);
    }
}
