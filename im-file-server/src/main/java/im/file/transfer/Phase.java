package im.file.transfer;

/** How far something is that is under way. */
public enum Phase {
    /** Somebody has to come first. */
    WAITING,
    RUNNING,
    /** Every byte went to the receiver, who has not said yet that it has them. */
    CONFIRMING,
    /** Every byte came, and the store is making the file safe. */
    COMMITTING,
    /** It is safe, and the database has to hear of it. */
    RECORDING,
    /** It is over, and somebody who has not come yet is to be told. */
    ENDED
}
