package im.msg.domain;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.time.Duration;
import java.util.Optional;

/**
 * The tasks that were created through this msg-server of late: which file-server has them, and for whom they are. Thread-safe
 * and bounded; forgetting one costs nothing but the knowledge of its file-server.
 */
public final class RecentTasks {
    /** What is remembered of one: as little as is asked for, since there may be very many. */
    record Known(UserId from, UserId to, TransferMode mode, String serverId) {}

    private final Cache<TaskId, Known> tasks;

    public RecentTasks(int max, Duration rememberFor) {
        tasks = CacheBuilder.newBuilder()
                .maximumSize(max)
                .expireAfterWrite(rememberFor)
                .build();
    }

    void remember(FileOffer offer) {
        FileRequest request = offer.request();
        tasks.put(
                offer.task().id(),
                new Known(
                        request.from(),
                        request.to(),
                        request.mode(),
                        offer.task().serverId()));
    }

    Optional<Known> find(TaskId task) {
        return Optional.ofNullable(tasks.getIfPresent(task));
    }
}
