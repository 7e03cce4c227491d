package im.file.transfer;

/** One task, from its creation to its end. On the event loop of its shard. */
public sealed interface Transfer extends Ongoing permits OnlineTransfer, OfflineTransfer {
    /** Whether this user may take this role now: it is his, and nobody is in it. */
    boolean admits(TransferRole role, long userId);

    /** Takes a role that {@link #admits} allowed. Nothing happens to anybody before {@link Participation#onJoined}. */
    Participation join(TransferRole role, Peer peer);

    /** A client that this role {@link #admits} cannot take it: the other side is told why instead of waiting for it. */
    void cannotTake(TransferRole role, String why);

    /** Nothing happened for too long: whoever waits is told and let go. */
    void expire();
}
