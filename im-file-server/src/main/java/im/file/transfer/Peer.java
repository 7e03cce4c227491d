package im.file.transfer;

import im.netlib.Block;
import im.netlib.Pdu;
import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCounted;

/** What a transfer may do to one of its participants. On the event loop of the shard. */
public interface Peer {
    long userId();

    /** What its program says it can do, in bits for the other participant. */
    int capabilities();

    /** Whether it says DONE once a file that it got is safe, and has failed if it leaves without. */
    boolean saysDone();

    /** Tells a receiver that the sender is in, and what the sender's program says it can do. */
    void tellReady(long sender, int capabilities);

    /** Sends 0x0503, which the server originates, so with sequence number 0. */
    void tell(FileState state, long userId);

    /** As {@link #tell(FileState, long)}, with a reason for people. */
    void tell(FileState state, long userId, String why);

    /** Sends a PDU of the other participant, byte for byte. */
    void relay(Pdu pdu);

    /** Sends the other participant's block under the sequence number of the pull that asked for it. */
    void relay(Pdu block, int seq);

    /** Sends only the first {@code length} bytes of the other participant's block. */
    void relayCut(Block block, int length, int seq);

    /**
     * Answers a pull with a block of the other participant's that is not sent as it came.
     *
     * @param data given away
     */
    void answer(Pull pull, long ofUser, int resultCode, ByteBuf data);

    /** Asks a sender for a block in the way of the receiver, of whose pulls {@code form} is one. */
    void pullAs(Pdu form, long offset, int length, int seq);

    /** Asks an uploader for a block. */
    void pull(long offset, int length);

    /** Answers a pull with a piece of a stored file, which is given away. */
    void serve(Pull pull, int length, ReferenceCounted piece);

    /** Answers a pull that cannot be met; the connection stays. */
    void refuse(Pull pull);

    /** False while it reads more slowly than it is sent to. */
    boolean isWritable();

    /** Runs something once all that was sent so far is in the kernel; never, if that fails. */
    void whenFlushed(Runnable task);

    /**
     * True unless something that was sent to it may have got lost on the way: it did not make it into the kernel, a reset came back, or
     * it did not end the connection after this side had.
     */
    boolean tookEverything();

    /** Stops or goes on taking what it sends. */
    void readFrom(boolean reading);

    /** Sends what is queued, then closes the connection. */
    void finish(String reason);
}
