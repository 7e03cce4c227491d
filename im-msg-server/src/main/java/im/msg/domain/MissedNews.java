package im.msg.domain;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells clients here of messages and files that were stored for their users while other msg-servers could not be heard. The database is
 * asked for each user, a few at a time, and again when it does not answer; what a client was told before on its connection it is not told
 * again. Thread-safe; nothing blocks.
 */
public final class MissedNews {
    private static final Logger log = LoggerFactory.getLogger(MissedNews.class);

    private static final int AT_ONCE = 8;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final OnlineUsers online;
    private final MessageHistory messages;
    private final Function<UserId, CompletableFuture<List<FileNotice>>> files;
    private final Clock clock;
    private final Duration noticedWithin;
    private final Timer timer;
    /** And since when each may have missed something. Never more than have been here. */
    private final Map<UserId, Instant> unasked = new LinkedHashMap<>();

    /** The beginning of the time in which nothing is heard, if that is so now. */
    private Optional<Instant> silentSince = Optional.empty();

    private int asking;
    private boolean pausing;

    /**
     * @param files what a user is to be told of the files that wait
     * @param clock as that of the database
     * @param noticedWithin how long others may not have been heard before that was noticed
     */
    public MissedNews(
            OnlineUsers online,
            MessageHistory messages,
            Function<UserId, CompletableFuture<List<FileNotice>>> files,
            Clock clock,
            Duration noticedWithin,
            Timer timer) {
        this.online = online;
        this.messages = messages;
        this.files = files;
        this.clock = clock;
        this.noticedWithin = noticedWithin;
        this.timer = timer;
    }

    /** Nobody else is heard from now on, or has been for some time. */
    synchronized void cutOff() {
        if (silentSince.isEmpty()) {
            silentSince = Optional.of(clock.instant().minus(noticedWithin));
        }
    }

    /** Everybody is heard from now on. Who is here may have missed something. */
    synchronized void inReach() {
        silentSince.ifPresent(since -> online.users().forEach(user -> unasked.merge(user, since, MissedNews::earlier)));
        silentSince = Optional.empty();
        // Not at once: the others have yet to hear who is here, and what they store before that is to be found too.
        pause();
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private void askMore() {
        Iterator<Map.Entry<UserId, Instant>> next = unasked.entrySet().iterator();
        while (next.hasNext() && asking < AT_ONCE && !pausing) {
            Map.Entry<UserId, Instant> first = next.next();
            UserId user = first.getKey();
            Instant since = first.getValue();
            next.remove();
            if (online.isOnline(user)) {
                ask(user, since);
                // An answer that was there at once has changed the map.
                next = unasked.entrySet().iterator();
            }
        }
    }

    private void ask(UserId user, Instant since) {
        asking++;
        CompletableFuture.allOf(tellOfMessages(user, since), tellOfFiles(user))
                .whenComplete((told, failure) -> answered(user, since, failure));
    }

    private CompletableFuture<Void> tellOfMessages(UserId user, Instant since) {
        return messages.since(
                user, since, message -> online.clientsOf(user).forEach(client -> client.receivedLate(message)));
    }

    private CompletableFuture<Void> tellOfFiles(UserId user) {
        if (!online.isOnDesktop(user)) {
            return CompletableFuture.completedFuture(null);
        }
        return files.apply(user)
                .thenAccept(notices -> notices.forEach(notice -> online.desktopsOf(user).stream()
                        .filter(notice::suits)
                        .forEach(client -> client.reminded(notice))));
    }

    private synchronized void answered(UserId user, Instant since, Throwable failure) {
        asking--;
        if (failure != null) {
            log.debug("what {} may have missed is not known yet: {}", user, failure.toString());
            unasked.merge(user, since, MissedNews::earlier);
            pause();
        }
        askMore();
    }

    private void pause() {
        if (!pausing) {
            pausing = true;
            timer.after(PAUSE, this::goOn);
        }
    }

    private synchronized void goOn() {
        pausing = false;
        askMore();
    }
}
