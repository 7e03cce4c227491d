package im.netlib;

import java.time.Duration;

/**
 * What a connection in some role may use.
 *
 * @param maxFrameLength longest frame that it may send, header included, in bytes
 * @param idle how long it may be silent before it is closed; zero means for ever. On a port for clients this is also how long a
 *     frame may take: what counts there is whole frames
 * @param stay how long it may be in this role at most, whatever it sends; zero means for ever
 * @param rates how fast it may send; what comes faster is slowed down
 */
public record Limits(int maxFrameLength, Duration idle, Duration stay, Rates rates) {
    /** For a role that may be kept, and in which one may send as fast as one can. */
    public Limits(int maxFrameLength, Duration idle) {
        this(maxFrameLength, idle, Duration.ZERO, Rates.UNLIMITED);
    }

    public Limits {
        if (maxFrameLength < Pdu.HEADER_LENGTH) {
            throw new IllegalArgumentException(
                    "a frame is at least " + Pdu.HEADER_LENGTH + " bytes: " + maxFrameLength);
        }
    }
}
