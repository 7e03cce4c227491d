package im.file.transfer;

import im.netlib.Block;
import im.netlib.Pdu;
import im.netlib.ProtocolViolation;

/**
 * What a transfer hears of one participant, in its role. On the event loop of the shard. PDUs and blocks are gone when a method
 * returns.
 *
 * @throws ProtocolViolation from any of them costs the participant its connection; {@link #onGone} follows
 */
public interface Participation {
    /** The participant was let in and told so. Called once, before anything else. */
    default void onJoined() {}

    /** 0x0504. */
    default void onPull(Pdu pdu, Pull pull) {
        throw new ProtocolViolation("this role does not pull");
    }

    /** 0x0505. */
    default void onBlock(Pdu pdu, Block block) {
        throw new ProtocolViolation("this role does not send blocks");
    }

    /** 0x0503. */
    void onState(Pdu pdu, FileState state);

    /** It reads too slowly, or has caught up. */
    default void onWritabilityChanged(boolean writable) {}

    /** Its connection is gone. */
    void onGone();
}
