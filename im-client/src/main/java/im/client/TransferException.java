package im.client;

import java.io.IOException;

/** Why a transfer failed; the message says it to people. */
public final class TransferException extends IOException {
    public enum Reason {
        /** The file of this side cannot be read or written. */
        LOCAL_FILE,
        /** 4 GiB or more, which the msg-server cannot express. */
        TOO_LARGE,
        /** The msg-server did not give the file a task: no room, no file-server, no such user. */
        REQUEST_REFUSED,
        /** No file-server could be connected to, or it did not answer. */
        UNREACHABLE,
        /** No file-server let this user into the task: it is over, unknown, or another user's. */
        LOGIN_REFUSED,
        /** The receiver does not want the file. */
        REFUSED_BY_PEER,
        /** The other side gave up or went away. */
        CANCELLED_BY_PEER,
        /** This side gave up. */
        CANCELLED,
        /** A connection was there, and ended before the transfer did. */
        CONNECTION_LOST,
        /** Nothing moved for too long. */
        STALLED,
        /** The other side sent what cannot be right. */
        PROTOCOL,
        /** What came does not have the checksum that was announced. */
        CORRUPT
    }

    private final Reason reason;

    public TransferException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public TransferException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
