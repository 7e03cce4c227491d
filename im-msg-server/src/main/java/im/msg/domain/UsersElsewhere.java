package im.msg.domain;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Users who are something at other msg-servers, as clients here were told. After a loss of the others that can be in doubt, until it is
 * confirmed or the doubts end. One thread at a time changes it; {@link #contains} works from any.
 */
final class UsersElsewhere {
    private final int max;
    private final Set<UserId> users = ConcurrentHashMap.newKeySet();
    private final Set<UserId> doubtful = new HashSet<>();

    /** @param max how many are remembered; further ones are not taken */
    UsersElsewhere(int max) {
        this.max = max;
    }

    boolean contains(UserId user) {
        return users.contains(user);
    }

    /** @return whether that changed anything */
    boolean came(UserId user) {
        doubtful.remove(user);
        return users.size() < max && users.add(user);
    }

    /** @return whether that changed anything */
    boolean went(UserId user) {
        doubtful.remove(user);
        return users.remove(user);
    }

    void doubtAll() {
        doubtful.addAll(users);
    }

    /**
     * These are the ones. Who is not among them is in doubt.
     *
     * @return those who were not known
     */
    List<UserId> confirm(Set<UserId> present) {
        doubtAll();
        return present.stream().filter(this::came).toList();
    }

    /** @return those who were in doubt to the end */
    List<UserId> endDoubts() {
        List<UserId> gone = new ArrayList<>(doubtful);
        gone.forEach(this::went);
        return gone;
    }
}
