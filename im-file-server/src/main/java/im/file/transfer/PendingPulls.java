package im.file.transfer;

import im.netlib.ProtocolViolation;
import java.util.ArrayDeque;
import java.util.Iterator;

/** The pulls of a receiver that wait for their blocks, in order of asking. Answers nearly always come in that order. */
final class PendingPulls {
    private final ArrayDeque<Pull> waiting = new ArrayDeque<>();
    private final int max;

    PendingPulls(int max) {
        this.max = max;
    }

    void add(Pull pull) {
        if (waiting.size() >= max) {
            throw new ProtocolViolation("more than " + max + " pulls without an answer");
        }
        waiting.add(pull);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Takes out the oldest pull for this offset. */
    Pull take(long offset) {
        for (Iterator<Pull> pulls = waiting.iterator(); pulls.hasNext(); ) {
            Pull pull = pulls.next();
            if (pull.offset() == offset) {
                pulls.remove();
                return pull;
            }
        }
        throw new ProtocolViolation("a block at " + offset + " that nobody asked for");
    }
}
