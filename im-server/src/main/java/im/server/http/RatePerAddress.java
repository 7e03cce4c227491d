package im.server.http;

import com.google.common.base.Ticker;
import im.netlib.Admission;
import im.netlib.LimitsReached;
import im.netlib.LimitsReached.Limit;
import im.netlib.LogOnceAMinute;
import im.netlib.TokenBucket;
import im.netlib.TokenBucket.Rate;
import im.netlib.TokenBuckets;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers each address so often; who asks more is told when to come back, and costs a line a minute in the log. What was refused counts
 * for nothing, so that who goes on asking is answered at the rate that he may have. Thread-safe.
 */
final class RatePerAddress implements HttpAnswers {
    private static final Logger log = LoggerFactory.getLogger(RatePerAddress.class);

    private final TokenBuckets<InetAddress> buckets;
    private final LogOnceAMinute<InetAddress> lines;
    private final LimitsReached limitsReached;
    private final HttpAnswers answers;

    RatePerAddress(Rate rate, Ticker time, LimitsReached limitsReached, HttpAnswers answers) {
        this.buckets = new TokenBuckets<>(rate, time);
        this.lines = new LogOnceAMinute<>(time);
        this.limitsReached = limitsReached;
        this.answers = answers;
    }

    @Override
    public CompletableFuture<HttpReply> answer(HttpCall call) {
        InetAddress from = Admission.network(call.from());
        Duration wait = take(from);
        if (wait.isZero()) {
            return answers.answer(call);
        }
        limitsReached.reached(Limit.REQUESTS_PER_ADDRESS);
        if (lines.isDue(from)) {
            log.warn("{}: requests refused: it asks more often than one address may here", from.getHostAddress());
        }
        return CompletableFuture.completedFuture(HttpReply.tooMany(wait));
    }

    private synchronized Duration take(InetAddress from) {
        TokenBucket bucket = buckets.of(from);
        Duration wait = bucket.until(1);
        if (wait.isZero()) {
            bucket.take(1);
        }
        return wait;
    }
}
