package im.msg.upstream;

import im.netlib.ConnectionSettings;
import im.netlib.Limits;
import im.netlib.ReconnectingClient.Timing;
import java.time.Duration;

/**
 * How links to other servers behave.
 *
 * @param callTimeout how long an answer may take
 * @param maxPending how many requests may wait for their answers, per link
 */
public record LinkSettings(
        Timing timing, ConnectionSettings connection, Limits limits, Duration callTimeout, int maxPending) {}
