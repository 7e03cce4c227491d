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
    private final Cache<TaskId, FileOffer> offers;

    public RecentTasks(int max, Duration rememberFor) {
        offers = CacheBuilder.newBuilder()
                .maximumSize(max)
                .expireAfterWrite(rememberFor)
                .build();
    }

    void remember(FileOffer offer) {
        offers.put(offer.task().id(), offer);
    }

    Optional<FileOffer> find(TaskId task) {
        return Optional.ofNullable(offers.getIfPresent(task));
    }
}
