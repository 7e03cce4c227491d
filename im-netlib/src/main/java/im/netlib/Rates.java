package im.netlib;

import im.netlib.TokenBucket.Rate;

/**
 * How fast a peer may send.
 *
 * @param frames requests, heartbeats and all else
 * @param bytes of these
 */
public record Rates(Rate frames, Rate bytes) {
    /** As fast as it can. */
    public static final Rates UNLIMITED = new Rates(Rate.UNLIMITED, Rate.UNLIMITED);
}
