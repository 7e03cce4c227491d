package im.msg.domain;

import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Who is in which group. Thread-safe. */
public interface GroupDirectory {
    /** The members of a group; none when the one who asks is not among them. */
    CompletableFuture<Set<UserId>> members(UserId asking, int group);
}
