package im.netlib;

import java.time.Duration;

/**
 * What a connection in some role may use.
 *
 * @param maxFrameLength longest frame that it may send, header included, in bytes
 * @param idle how long it may be silent before it is closed; zero means for ever. On a port for clients this is also how long a
 *     frame may take: what counts there is whole frames
 */
public record Limits(int maxFrameLength, Duration idle) {
    public Limits {
        if (maxFrameLength < Pdu.HEADER_LENGTH) {
            throw new IllegalArgumentException(
                    "a frame is at least " + Pdu.HEADER_LENGTH + " bytes: " + maxFrameLength);
        }
    }
}
