package im.file.transfer;

import im.netlib.Block;
import im.netlib.Pdu;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A relay between two users who are online: the receiver pulls, the sender answers, and nothing is kept.
 *
 * <p>What flows is bounded by the pulls that the receiver has open and what is {@linkplain ReadAhead read ahead} of those, and whichever side
 * reads slowly stops the other from being read. When a side ends the transfer before the other has come, the other is told as soon as it comes.
 */
public final class OnlineTransfer implements Transfer {
    private static final Logger log = LoggerFactory.getLogger(OnlineTransfer.class);

    /** What a frame may have besides its data before it is written anew instead of passed on. */
    private static final int MAX_OVERHEAD = 1024;

    private enum State {
        /** Somebody is missing; pulls are held. */
        WAITING,
        /** Both are in. */
        RELAYING,
        /** Every byte went to the receiver, whose DONE is awaited: for a moment only, if it has not announced that it will say so. */
        RELAYED,
        ENDED
    }

    private static final Map<State, Set<State>> SUCCESSORS = Map.of(
            State.WAITING, EnumSet.of(State.RELAYING, State.ENDED),
            State.RELAYING, EnumSet.of(State.RELAYED, State.ENDED),
            State.RELAYED, EnumSet.of(State.ENDED),
            State.ENDED, EnumSet.noneOf(State.class));

    private final FileTask task;
    private final TransferLimits limits;
    private final ShardClock clock;
    private final TransferMeters meters;
    private final RoundTrip roundTrip;
    private final long since;
    private final Consumer<Transfer> onOver;
    private final Side sender;
    private final Side receiver;
    private final PendingPulls pending;
    private final ReadAhead readAhead;
    private final List<Pdu> held = new ArrayList<>();
    private State state = State.WAITING;
    /** The first byte that has not been relayed yet. */
    private long relayed;

    private Runnable cancelGrace = () -> {};
    private long lastActivity;

    /** @param onOver told, at least once, when nobody has anything more to hear from this transfer */
    public OnlineTransfer(
            FileTask task,
            TransferLimits limits,
            UploadBudget budget,
            ShardClock clock,
            TransferMeters meters,
            Consumer<Transfer> onOver) {
        this.task = task;
        this.limits = limits;
        this.clock = clock;
        this.meters = meters;
        this.roundTrip = meters.roundTrip(clock);
        this.since = clock.nanoTime();
        this.onOver = onOver;
        this.pending = new PendingPulls(limits.maxPullsInFlight());
        this.readAhead = new ReadAhead(task, limits.readAhead(), limits.maxPullsInFlight(), budget, new Ahead());
        this.sender = new SenderSide(task.from());
        this.receiver = new ReceiverSide(task.to());
        touch();
    }

    @Override
    public FileTask task() {
        return task;
    }

    @Override
    public TransferMode mode() {
        return TransferMode.ONLINE;
    }

    @Override
    public Phase phase() {
        return switch (state) {
            case WAITING -> Phase.WAITING;
            case RELAYING -> Phase.RUNNING;
            case RELAYED -> Phase.CONFIRMING;
            case ENDED -> Phase.ENDED;
        };
    }

    @Override
    public long bytesDone() {
        return relayed;
    }

    @Override
    public long since() {
        return since;
    }

    @Override
    public boolean admits(TransferRole role, long userId) {
        return switch (role) {
            case SENDER -> sender.admits(userId);
            case RECEIVER -> receiver.admits(userId);
            case UPLOADER, DOWNLOADER -> false;
        };
    }

    @Override
    public Participation join(TransferRole role, Peer peer) {
        Side side = role == TransferRole.SENDER ? sender : receiver;
        touch();
        side.take(peer);
        log.info("{}: {} is in", task, role);
        return side;
    }

    @Override
    public void cannotTake(TransferRole role, String why) {
        Side side = role == TransferRole.SENDER ? sender : receiver;
        side.willNotCome = true;
        if (state == State.ENDED) {
            // Whoever has ended it is not there to hear that, and nobody else comes.
            onOver.accept(this);
            return;
        }
        finish(End.INCAPABLE, "cancelled, the " + role + " cannot take part");
        side.other().part(peer -> peer.tell(FileState.CANCEL, side.userId, why));
    }

    private void begin() {
        change(State.RELAYING);
        meters.started();
        receiver.peer.tellReady(task.from(), sender.peer.capabilities());
        held.forEach(sender.peer::relay);
        held.clear();
        if (task.size() == 0) {
            allRelayed();
        }
    }

    private void pulled(Pdu pdu, Pull pull) {
        touch();
        if (!isSound(pull)) {
            receiver.peer.refuse(pull);
            return;
        }
        if (state == State.ENDED) {
            return;
        }
        if (state == State.WAITING) {
            pending.add(pull);
            held.add(pdu.copy());
        } else if (!readAhead.takes(pdu, pull, !pending.isEmpty())) {
            passOn(pdu, pull);
        }
    }

    private void passOn(Pdu pdu, Pull pull) {
        if (state == State.RELAYING && !sender.present) {
            // It had sent everything that was needed then.
            end(End.VANISHED, "cancelled, user " + task.from() + " has left", FileState.CANCEL);
            return;
        }
        pending.add(pull);
        roundTrip.asked(pull.offset());
        sender.peer.relay(pdu);
    }

    private boolean isSound(Pull pull) {
        return pull.length() > 0
                && pull.length() <= Block.MAX_DATA_LENGTH
                && (pull.offset() < task.size() || task.size() == 0 && pull.offset() == 0);
    }

    private void answered(Pdu pdu, Block block) {
        touch();
        if (state == State.ENDED) {
            return;
        }
        roundTrip.came(block.offset());
        if (readAhead.takes(pdu, block)) {
            return;
        }
        Pull pull = pending.take(block.offset());
        if (block.resultCode() != 0) {
            receiver.peer.relayCut(block, 0, pull.seq());
            return;
        }
        int wanted = task.clamp(pull.offset(), pull.length());
        BlockLength.check(block, wanted);
        if (block.dataLength() > wanted || pdu.length() > wanted + MAX_OVERHEAD) {
            receiver.peer.relayCut(block, wanted, pull.seq());
        } else {
            receiver.peer.relay(pdu, pull.seq());
        }
        relayed(pull, wanted);
        if (pending.isEmpty()) {
            readAhead.answered();
        }
    }

    private void relayed(Pull pull, int length) {
        if (pull.offset() <= relayed) {
            relayed = Math.max(relayed, pull.offset() + length);
        }
        if (relayed == task.size() && state == State.RELAYING) {
            allRelayed();
        }
    }

    private final class Ahead implements ReadAhead.Relay {
        @Override
        public void ask(Pdu form, long offset, int length, int seq) {
            roundTrip.asked(offset);
            sender.peer.pullAs(form, offset, length, seq);
        }

        @Override
        public void answer(Pull pull, ByteBuf data) {
            int length = data.readableBytes();
            receiver.peer.answer(pull, task.from(), 0, data);
            relayed(pull, length);
        }

        @Override
        public void fail(Pull pull, int resultCode) {
            receiver.peer.answer(pull, task.from(), resultCode, Unpooled.EMPTY_BUFFER);
        }

        @Override
        public void relay(Pdu pdu, Pull pull) {
            if (state != State.ENDED) {
                passOn(pdu, pull);
            }
        }
    }

    private void allRelayed() {
        change(State.RELAYED);
        if (receiver.peer.saysDone()) {
            return;
        }
        receiver.peer.whenFlushed(() -> cancelGrace = clock.after(limits.doneGrace(), () -> {
            if (state == State.RELAYED) {
                end(End.DONE, "done, without a word from the receiver", FileState.DONE);
            }
        }));
    }

    /** The participant on {@code side} ended the transfer with this PDU, which the other gets as it is. */
    private void ended(Side side, Side other, Pdu pdu, FileState how) {
        if (state == State.ENDED) {
            return;
        }
        Pdu farewell = pdu.copy();
        finish(End.saidAs(how), how + " by " + side.userId);
        side.leave("it ended the transfer");
        other.part(peer -> peer.relay(farewell));
    }

    private void gone(Side side, Side other) {
        boolean wasOver = state == State.ENDED;
        side.present = false;
        if (state == State.RELAYED && side == receiver && !receiver.peer.saysDone() && side.peer.tookEverything()) {
            finish(End.DONE, "done, the receiver has left");
            other.part(peer -> peer.tell(FileState.DONE, side.userId));
        } else if (state == State.RELAYED && side == sender) {
            log.info("{}: the sender has left, with everything on its way to the receiver", task);
        } else if (state == State.RELAYING && side == sender && pending.isEmpty() && readAhead.hasTheRest()) {
            log.info("{}: the sender has left, and everything was read ahead", task);
        } else if (!wasOver) {
            finish(End.VANISHED, "cancelled, user " + side.userId + " vanished");
            other.part(peer -> peer.tell(FileState.CANCEL, side.userId));
        }
        if (state == State.ENDED && other.peer != null && !other.present) {
            onOver.accept(this);
        }
    }

    /** Ends the transfer for both, each hearing it of the other. */
    private void end(End end, String why, FileState how) {
        finish(end, why);
        sender.part(peer -> peer.tell(how, task.to()));
        receiver.part(peer -> peer.tell(how, task.from()));
    }

    private void finish(End end, String why) {
        change(State.ENDED);
        meters.ended(end);
        cancelGrace.run();
        held.clear();
        readAhead.close();
        log.info("{}: {}, {} bytes relayed", task, why, relayed);
        // The other side may still be on its way; its side keeps the farewell until then.
    }

    @Override
    public void expire() {
        if (state != State.ENDED) {
            end(End.EXPIRED, "expired", FileState.CANCEL);
        }
        onOver.accept(this);
    }

    @Override
    public long lastActivity() {
        return lastActivity;
    }

    private void touch() {
        lastActivity = clock.nanoTime();
    }

    private void change(State next) {
        if (!SUCCESSORS.get(state).contains(next)) {
            throw new IllegalStateException(task + ": " + state + " -> " + next);
        }
        state = next;
    }

    /** One end of the relay: free, taken, or vacated; it never becomes free again. */
    private abstract class Side implements Participation {
        final long userId;
        Peer peer;
        boolean present;
        boolean willNotCome;
        private Consumer<Peer> farewell = present -> {};

        Side(long userId) {
            this.userId = userId;
        }

        abstract Side other();

        boolean admits(long user) {
            return user == userId && peer == null && !willNotCome;
        }

        void take(Peer newcomer) {
            peer = newcomer;
            present = true;
        }

        /** Says the last word to this side: now, or when it comes. */
        void part(Consumer<Peer> lastWord) {
            farewell = lastWord;
            if (present) {
                hearFarewell();
            }
        }

        void hearFarewell() {
            farewell.accept(peer);
            leave("the transfer is over");
        }

        void leave(String why) {
            peer.readFrom(true);
            peer.finish(why);
            if (other().peer != null || other().willNotCome) {
                onOver.accept(OnlineTransfer.this);
            }
        }

        @Override
        public void onJoined() {
            if (state == State.ENDED) {
                hearFarewell();
            } else if (other().present) {
                begin();
            }
        }

        @Override
        public void onState(Pdu pdu, FileState said) {
            touch();
            if (said == FileState.CANCEL || said == FileState.REFUSE) {
                ended(this, other(), pdu, said);
            }
        }

        @Override
        public void onWritabilityChanged(boolean writable) {
            if (other().present) {
                other().peer.readFrom(writable);
            }
        }

        @Override
        public void onGone() {
            gone(this, other());
        }
    }

    private final class SenderSide extends Side {
        SenderSide(long userId) {
            super(userId);
        }

        @Override
        Side other() {
            return receiver;
        }

        @Override
        public void onBlock(Pdu pdu, Block block) {
            answered(pdu, block);
        }
    }

    private final class ReceiverSide extends Side {
        ReceiverSide(long userId) {
            super(userId);
        }

        @Override
        Side other() {
            return sender;
        }

        @Override
        public void onPull(Pdu pdu, Pull pull) {
            pulled(pdu, pull);
        }

        @Override
        public void onState(Pdu pdu, FileState said) {
            if (said == FileState.DONE) {
                ended(this, sender, pdu, said);
            } else {
                super.onState(pdu, said);
            }
        }
    }
}
