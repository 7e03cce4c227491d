package im.msg.domain;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Who can be pushed to, and wants to be. Thread-safe; fails when there is nobody to ask, or no answer. */
public interface PushDirectory {
    /** How many users one question for targets may be about: the tokens of more might not fit into its answer. */
    int MAX_ASKED = 400;

    /**
     * The mobiles of these users that can be pushed to now: who does not want to be disturbed at this time has none.
     *
     * @param users at most {@link #MAX_ASKED}
     */
    CompletableFuture<List<Push.Target>> targets(Collection<UserId> users);

    /** Which of these users have silenced the group. */
    CompletableFuture<Set<UserId>> shielding(int group, Collection<UserId> users);
}
