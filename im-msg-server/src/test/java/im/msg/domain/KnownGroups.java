package im.msg.domain;

import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** One group, whose members a test knows. */
final class KnownGroups implements GroupDirectory {
    static final int GROUP = 7;

    CompletableFuture<Set<UserId>> members = CompletableFuture.completedFuture(Set.of());

    KnownGroups(UserId... members) {
        this.members = CompletableFuture.completedFuture(Set.of(members));
    }

    @Override
    public CompletableFuture<Set<UserId>> members(UserId asking, int group) {
        return group == GROUP ? members : CompletableFuture.completedFuture(Set.of());
    }
}
