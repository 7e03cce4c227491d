package im.file.transfer;

import java.io.IOException;

/** What came in is not the file that the sender announced; the message is for people. */
public final class WrongContent extends IOException {
    private static final long serialVersionUID = 1;

    public WrongContent(String why) {
        super(why);
    }
}
