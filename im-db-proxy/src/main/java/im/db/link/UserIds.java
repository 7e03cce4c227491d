package im.db.link;

import im.db.domain.UserId;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** Lists of users as the protocol has them. */
final class UserIds {
    private UserIds() {}

    /** The first of these, each once; 0 is nobody. */
    static Set<UserId> first(int limit, Collection<Integer> ids) {
        Set<UserId> users = new LinkedHashSet<>();
        ids.stream().limit(limit).filter(id -> id != 0).map(UserId::ofUnsigned).forEach(users::add);
        return users;
    }

    /** All of these, each once; 0 is nobody. */
    static Set<UserId> all(Collection<Integer> ids) {
        return first(Integer.MAX_VALUE, ids);
    }
}
