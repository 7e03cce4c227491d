package im.msg.upstream;

import im.netlib.ConnectionSettings;
import im.netlib.Limits;
import im.netlib.ReconnectingClient.Timing;
import im.netlib.Tls;
import java.time.Duration;

/**
 * How links to other servers behave.
 *
 * @param callTimeout how long an answer may take
 * @param maxPending how many requests may wait for their answers, per link
 */
public record LinkSettings(
        Timing timing, ConnectionSettings connection, Limits limits, Duration callTimeout, int maxPending) {
    /** The same without TLS: for servers of others, which do not speak it. */
    public LinkSettings withoutTls() {
        return new LinkSettings(timing, connection.with(Tls.none()), limits, callTimeout, maxPending);
    }
}
