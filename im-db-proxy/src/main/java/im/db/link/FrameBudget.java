package im.db.link;

import com.google.protobuf.MessageLite;
import java.util.List;

/** Keeps lists within a frame that every client takes: some close the connection at one over 400 KiB, we stop far earlier. */
final class FrameBudget {
    /** Leaves room in 256 KiB for the header and the other fields. */
    static final int BYTES = 250 << 10;

    /** Tag and length in front of each message. */
    private static final int PREFIX = 6;

    private FrameBudget() {}

    /** As many of the first as fit; all of them, most often. */
    static <M extends MessageLite> List<M> firstThatFit(List<M> messages) {
        int bytes = 0;
        for (int i = 0; i < messages.size(); i++) {
            bytes += PREFIX + messages.get(i).getSerializedSize();
            if (bytes > BYTES) {
                return messages.subList(0, i);
            }
        }
        return messages;
    }
}
