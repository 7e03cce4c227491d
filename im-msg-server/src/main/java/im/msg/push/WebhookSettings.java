package im.msg.push;

import im.netlib.Backoff;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where pushes are posted, and with how much patience.
 *
 * @param token goes along as a bearer's
 * @param timeout of one attempt
 * @param giveUpAfter how long after the first attempt no other is begun
 * @param maxWaiting pushes that are not delivered yet; further ones are dropped
 * @param maxParallel of these, how many are under way at a time
 */
public record WebhookSettings(
        URI url,
        Optional<String> token,
        Duration timeout,
        Backoff backoff,
        Duration giveUpAfter,
        int maxWaiting,
        int maxParallel) {}
