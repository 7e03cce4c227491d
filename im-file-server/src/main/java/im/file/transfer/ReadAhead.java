package im.file.transfer;

import im.netlib.Block;
import im.netlib.Pdu;
import im.netlib.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the sender of a relay for the next block before the receiver does. A receiver that pulls one block at a time then waits for its own
 * half of the way only, since the sender's half is taken meanwhile.
 *
 * <p>It begins when two pulls have come in order, each after the answer to the one before, and asks as that receiver would: one block at a time, in
 * ascending order, each byte once, never past the end. Until the receiver asks for it, what comes is kept within bounds, as one stream of
 * bytes; each answer is cut from that to exactly what the receiver asks for.
 *
 * <p>A receiver that opens a second pull needs nobody to read ahead: it gets what is there, and then its own pulls go through. So they do when
 * it jumps, and what was read ahead is dropped. There is no second beginning.
 */
final class ReadAhead {
    /** What is done to the two sides. */
    interface Relay {
        /**
         * Asks the sender for a block of which the receiver has not heard.
         *
         * @param form a pull of the receiver, to ask in the same way
         */
        void ask(Pdu form, long offset, int length, int seq);

        /** Gives the receiver what it asked for; the buffer is given away. */
        void answer(Pull pull, ByteBuf data);

        /** Tells the receiver that the sender could not read it. */
        void fail(Pull pull, int resultCode);

        /** Passes a pull on to the sender, and its answer back, when nothing of what was read ahead is left. */
        void relay(Pdu pdu, Pull pull);
    }

    /** What a frame may have besides its data before that is copied out of it. */
    private static final int MAX_OVERHEAD = 1024;

    private enum Mode {
        /** Pulls go through; it is watched in which order they come. */
        WATCHING,
        AHEAD,
        /** Nothing more is asked for; what is there, or on its way, is used up in order. */
        USING_UP,
        /** The receiver jumped: its pulls wait until those before are answered and the sender has nothing of ours to answer. */
        JUMPED,
        OVER
    }

    private record Held(Pdu pdu, Pull pull) {}

    private final FileTask task;
    private final int max;
    private final int maxPulls;
    private final UploadBudget budget;
    private final Relay relay;
    private final ArrayDeque<Pull> waiting = new ArrayDeque<>();
    private final List<Held> held = new ArrayList<>();
    /** What has come and was not asked for yet, all behind each other. */
    private final ArrayDeque<ByteBuf> ready = new ArrayDeque<>();

    private Mode mode;
    private int readyBytes;
    /** The block that the sender was asked for ends here, and has this many bytes; 0 when none is on its way. */
    private long askedUpTo;

    private int asked;
    /** Where the receiver's next pull begins if it goes on in order. */
    private long next = -1;

    private boolean inOrder;
    private Pdu form;
    private int blockLength;
    private int seq;
    private int seqStep;

    /**
     * @param max how many bytes it may keep, and have asked for, at a time, though there is always one block; 0 for no reading ahead
     * @param maxPulls how many pulls of the receiver may wait here
     */
    ReadAhead(FileTask task, int max, int maxPulls, UploadBudget budget, Relay relay) {
        this.task = task;
        this.max = max;
        this.maxPulls = maxPulls;
        this.budget = budget;
        this.relay = relay;
        this.mode = max == 0 ? Mode.OVER : Mode.WATCHING;
    }

    /**
     * A pull of the receiver.
     *
     * @param others whether pulls that went through wait for the sender
     * @return false when it has to go through
     */
    boolean takes(Pdu pdu, Pull pull, boolean others) {
        switch (mode) {
            case OVER:
                return false;
            case WATCHING:
                watch(pdu, pull, others);
                return false;
            case JUMPED:
                hold(pdu, pull);
                return true;
            default:
                return takesAhead(pdu, pull, others);
        }
    }

    private void watch(Pdu pdu, Pull pull, boolean others) {
        if (others) {
            mode = Mode.OVER;
            return;
        }
        inOrder = pull.offset() == next;
        next = end(pull);
        seqStep = pull.seq() - seq;
        seq = pull.seq();
        if (inOrder) {
            form = pdu.copy();
            blockLength = pull.length();
        }
    }

    private boolean takesAhead(Pdu pdu, Pull pull, boolean others) {
        if (pull.offset() != next) {
            mode = Mode.JUMPED;
            hold(pdu, pull);
            settle();
            return true;
        }
        boolean nothingHere = waiting.isEmpty() && readyBytes == 0 && asked == 0;
        if (nothingHere && (mode == Mode.USING_UP || others)) {
            mode = Mode.OVER;
            return false;
        }
        next = end(pull);
        blockLength = pull.length();
        if (nothingHere) {
            // There was no room to read ahead. After this one there may be.
            askedUpTo = next;
            seq = pull.seq();
            return false;
        }
        if (!waiting.isEmpty()) {
            mode = Mode.USING_UP;
        }
        checkOpen();
        waiting.add(pull);
        serve();
        return true;
    }

    private void hold(Pdu pdu, Pull pull) {
        checkOpen();
        held.add(new Held(pdu.copy(), pull));
    }

    private void checkOpen() {
        if (waiting.size() + held.size() >= maxPulls) {
            throw new ProtocolViolation("more than " + maxPulls + " pulls without an answer");
        }
    }

    private long end(Pull pull) {
        return pull.offset() + task.clamp(pull.offset(), pull.length());
    }

    /** A pull that went through was answered, and no other is open. */
    void answered() {
        if (mode == Mode.WATCHING && inOrder) {
            mode = Mode.AHEAD;
            askedUpTo = next;
        }
        askAhead();
    }

    /**
     * A block of the sender.
     *
     * @return false when it answers a pull that went through
     * @throws ProtocolViolation when it is not what was asked for
     */
    boolean takes(Pdu pdu, Block block) {
        if (asked == 0 || block.offset() != askedUpTo - asked) {
            return false;
        }
        if (block.resultCode() != 0) {
            failed(block.resultCode());
            return true;
        }
        BlockLength.check(block, asked);
        // A slice would keep all of the frame in memory, of which only the data is counted.
        boolean slice = pdu.length() <= asked + MAX_OVERHEAD;
        ready.add(slice ? block.data().retainedSlice(0, asked) : block.data().copy(0, asked));
        readyBytes += asked;
        asked = 0;
        serve();
        askAhead();
        return true;
    }

    /** Whoever has asked hears of it now, and nobody else: what is asked for again goes through. */
    private void failed(int resultCode) {
        budget.giveBack(asked);
        askedUpTo -= asked;
        asked = 0;
        if (mode == Mode.AHEAD) {
            mode = Mode.USING_UP;
        }
        if (!waiting.isEmpty()) {
            drop();
            List<Pull> failed = List.copyOf(waiting);
            waiting.clear();
            if (mode == Mode.USING_UP) {
                mode = Mode.OVER;
            }
            failed.forEach(pull -> relay.fail(pull, resultCode));
        }
        settle();
    }

    private void serve() {
        while (!waiting.isEmpty()) {
            Pull pull = waiting.peek();
            int wanted = task.clamp(pull.offset(), pull.length());
            if (readyBytes < wanted) {
                if (asked == 0) {
                    // No more than what the receiver would have asked for itself.
                    budget.take(wanted - readyBytes);
                    ask(wanted - readyBytes);
                }
                return;
            }
            waiting.remove();
            relay.answer(pull, take(wanted));
            budget.giveBack(wanted);
        }
        settle();
        askAhead();
    }

    private void askAhead() {
        int length = (int) Math.min(blockLength, task.size() - askedUpTo);
        if (mode == Mode.AHEAD
                && asked == 0
                && length > 0
                && (readyBytes == 0 || readyBytes + length <= max)
                && budget.tryTake(length, readyBytes)) {
            ask(length);
        }
    }

    private void ask(int length) {
        long offset = askedUpTo;
        askedUpTo += length;
        asked = length;
        seq = seq + seqStep & 0xffff;
        relay.ask(form, offset, length, seq);
    }

    private ByteBuf take(int length) {
        List<ByteBuf> parts = new ArrayList<>(2);
        for (int missing = length; missing > 0; ) {
            ByteBuf first = ready.peek();
            if (first.readableBytes() <= missing) {
                parts.add(ready.remove());
                missing -= first.readableBytes();
            } else {
                parts.add(first.readRetainedSlice(missing));
                missing = 0;
            }
        }
        readyBytes -= length;
        return parts.size() == 1 ? parts.get(0) : Unpooled.wrappedBuffer(parts.size(), parts.toArray(ByteBuf[]::new));
    }

    /** After a jump, when all before it are answered: everything goes through from now on. */
    private void settle() {
        if (mode == Mode.JUMPED && waiting.isEmpty() && asked == 0) {
            drop();
            mode = Mode.OVER;
            List<Held> goOn = List.copyOf(held);
            held.clear();
            goOn.forEach(each -> relay.relay(each.pdu(), each.pull()));
        }
    }

    private void drop() {
        budget.giveBack(readyBytes);
        readyBytes = 0;
        ready.forEach(ByteBuf::release);
        ready.clear();
    }

    /** Whether the sender has sent everything that a receiver that goes on in order still needs. */
    boolean hasTheRest() {
        boolean ahead = mode == Mode.AHEAD || mode == Mode.USING_UP;
        return ahead && asked == 0 && askedUpTo == task.size();
    }

    /** The transfer is over. */
    void close() {
        budget.giveBack(asked);
        asked = 0;
        drop();
        waiting.clear();
        held.clear();
        mode = Mode.OVER;
    }
}
