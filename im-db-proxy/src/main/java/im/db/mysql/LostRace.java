package im.db.mysql;

import com.google.common.base.Throwables;
import java.sql.SQLException;
import java.util.Set;

/** Recognises a transaction that only had to give way to another: begun again, it may well succeed. */
final class LostRace {
    private static final int ER_LOCK_WAIT_TIMEOUT = 1205;
    private static final int ER_LOCK_DEADLOCK = 1213;
    private static final Set<Integer> CODES = Set.of(ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK);

    private LostRace() {}

    static boolean causes(Throwable failure) {
        return Throwables.getCausalChain(failure).stream()
                .anyMatch(cause -> cause instanceof SQLException refusal && CODES.contains(refusal.getErrorCode()));
    }
}
