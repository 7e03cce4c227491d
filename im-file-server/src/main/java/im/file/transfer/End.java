package im.file.transfer;

/** How a transfer ended. */
enum End {
    DONE,
    /** The file is stored, but its uploader did not hear that. */
    UNCONFIRMED,
    CANCELLED,
    REFUSED,
    /** A connection ended in the middle. */
    VANISHED,
    /** Nothing happened for too long, or nobody came. */
    EXPIRED,
    /** A program is too old for this file. */
    INCAPABLE,
    /** The sender could not read its file. */
    UNREADABLE,
    /** It was not the file that had been announced, or begun. */
    CHANGED,
    /** The store could not keep it, or read it. */
    STORE;

    static End saidAs(FileState said) {
        return switch (said) {
            case DONE -> DONE;
            case REFUSE -> REFUSED;
            case CANCEL, PEER_READY -> CANCELLED;
        };
    }
}
