package im.msg.push;

import com.google.common.base.Throwables;
import im.msg.domain.Push;
import im.msg.domain.PushGateway;
import im.msg.domain.Timer;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts pushes to a URL, as JSON. What gets no answer, or one that says that it may work later (429, 5xx), is tried again for a while. A push
 * may thus arrive twice, and in another order than the messages. Thread-safe.
 */
public final class WebhookGateway implements PushGateway, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WebhookGateway.class);
    private static final int TOO_MANY_REQUESTS = 429;

    private final WebhookSettings settings;
    private final Timer timer;
    private final HttpClient client;
    private final Queue<Post> ready = new ArrayDeque<>();
    private int underWay;
    private int waiting;
    /** Since the last one that there was room for. */
    private long dropped;

    private boolean closed;
    private final PushMeters meters;

    private final class Post {
        private final String body;
        private final long first = timer.nanoTime();
        private int failures;

        private Post(String body) {
            this.body = body;
        }

        private HttpRequest request() {
            HttpRequest.Builder request = HttpRequest.newBuilder(settings.url())
                    .timeout(settings.timeout())
                    .header("Content-Type", "application/json; charset=utf-8")
                    .POST(BodyPublishers.ofString(body));
            settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
            return request.build();
        }
    }

    public WebhookGateway(WebhookSettings settings, Timer timer, MeterRegistry meters) {
        this.settings = settings;
        this.timer = timer;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.timeout())
                .build();
        this.meters = new PushMeters(meters, this::waiting);
    }

    @Override
    public synchronized void push(Push push) {
        if (closed) {
            return;
        }
        if (waiting == settings.maxWaiting()) {
            meters.dropped();
            if (dropped++ == 0) {
                log.warn(
                        "push: {} wait for {}; further ones are dropped",
                        waiting,
                        settings.url().getHost());
            }
            return;
        }
        if (dropped > 0) {
            log.warn("push: {} were dropped", dropped);
            dropped = 0;
        }
        waiting++;
        ready.add(new Post(PushJson.of(push)));
        postWhatIsReady();
    }

    private void postWhatIsReady() {
        while (!closed && underWay < settings.maxParallel() && !ready.isEmpty()) {
            Post post = ready.remove();
            underWay++;
            client.sendAsync(post.request(), BodyHandlers.discarding())
                    .whenComplete((response, failure) -> answered(post, response, failure));
        }
    }

    private synchronized void answered(Post post, HttpResponse<Void> response, Throwable failure) {
        underWay--;
        if (failure != null) {
            tryAgain(post, Throwables.getRootCause(failure).toString());
        } else if (response.statusCode() == TOO_MANY_REQUESTS || response.statusCode() / 100 == 5) {
            tryAgain(post, "status " + response.statusCode());
        } else {
            waiting--;
            if (response.statusCode() / 100 == 2) {
                meters.delivered();
            } else {
                meters.refused();
                log.warn("push: refused with status {}", response.statusCode());
            }
        }
        postWhatIsReady();
    }

    private void tryAgain(Post post, String why) {
        Duration delay = settings.backoff().delay(post.failures++, ThreadLocalRandom.current());
        Duration age = Duration.ofNanos(timer.nanoTime() - post.first);
        if (age.plus(delay).compareTo(settings.giveUpAfter()) > 0) {
            waiting--;
            meters.givenUp();
            log.warn("push: given up after {} attempts: {}", post.failures, why);
            return;
        }
        log.debug("push: {}; tried again in {} ms", why, delay.toMillis());
        timer.after(delay, () -> again(post));
    }

    private synchronized void again(Post post) {
        ready.add(post);
        postWhatIsReady();
    }

    /** How many pushes are not delivered yet. */
    synchronized int waiting() {
        return waiting;
    }

    /** What is not delivered yet is lost. */
    @Override
    public synchronized void close() {
        closed = true;
        if (waiting > 0) {
            log.info("push: {} are not delivered", waiting);
        }
    }
}
