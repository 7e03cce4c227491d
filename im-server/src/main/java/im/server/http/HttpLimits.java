package im.server.http;

import im.netlib.TokenBucket.Rate;
import java.time.Duration;

/**
 * What those who ask by HTTP may use.
 *
 * @param maxRequest bytes that the first line, the headers and the body of a request may have, each
 * @param perAddress requests from one IPv4 address, or from one /64 of IPv6, on all its connections; more are refused
 * @param idle how long after its last request, or its start, a connection lives without another whole request
 */
public record HttpLimits(int maxRequest, Rate perAddress, Duration idle) {
    /** For a port that only our own reach, who may ask as often as they like. */
    public HttpLimits(int maxRequest, Duration idle) {
        this(maxRequest, Rate.UNLIMITED, idle);
    }
}
