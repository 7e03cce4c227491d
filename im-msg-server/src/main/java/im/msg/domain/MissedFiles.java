package im.msg.domain;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells desktops here of files that were stored for their users while other msg-servers could not be heard. The database is asked for each
 * user, a few at a time, and again when it does not answer. Thread-safe; nothing blocks.
 */
public final class MissedFiles {
    private static final Logger log = LoggerFactory.getLogger(MissedFiles.class);

    private static final int AT_ONCE = 8;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final OnlineUsers online;
    private final Function<UserId, CompletableFuture<List<FileNotice>>> waitingFor;
    private final Timer timer;
    /** Never more than have been here. */
    private final Set<UserId> unasked = new LinkedHashSet<>();

    private int asking;
    private boolean pausing;

    /** @param waitingFor what a user is to be told of the files that wait */
    public MissedFiles(
            OnlineUsers online, Function<UserId, CompletableFuture<List<FileNotice>>> waitingFor, Timer timer) {
        this.online = online;
        this.waitingFor = waitingFor;
        this.timer = timer;
    }

    /** Everybody who is here now may have missed something. */
    synchronized void look() {
        online.desktops().forEach(client -> unasked.add(client.user()));
        askMore();
    }

    private void askMore() {
        Iterator<UserId> next = unasked.iterator();
        while (next.hasNext() && asking < AT_ONCE && !pausing) {
            UserId user = next.next();
            next.remove();
            if (online.isOnDesktop(user)) {
                ask(user);
                // An answer that was there at once has changed the set.
                next = unasked.iterator();
            }
        }
    }

    private void ask(UserId user) {
        asking++;
        waitingFor.apply(user).whenComplete((notices, failure) -> {
            if (failure == null) {
                notices.forEach(notice -> online.desktopsOf(user).stream()
                        .filter(notice::suits)
                        .forEach(client -> client.reminded(notice)));
            }
            answered(user, failure);
        });
    }

    private synchronized void answered(UserId user, Throwable failure) {
        asking--;
        if (failure != null) {
            log.debug("the files that {} may have missed are not known yet: {}", user, failure.toString());
            unasked.add(user);
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
