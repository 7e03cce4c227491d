package im.db.mysql;

import com.google.common.base.Throwables;
import java.sql.SQLException;
import java.util.Arrays;

/** What the database refuses and is an answer, not a failure; by its numbers. */
enum Refusal {
    /** There is a row with this key already. */
    DUPLICATE_KEY(1062),
    /** A column that may not be NULL would be. */
    NULL(1048),
    /** Others held a lock for too long: begun again, the transaction may succeed. */
    LOCK_TIMEOUT(1205),
    /** Two transactions waited for each other, and this one had to give way: begun again, it may succeed. */
    DEADLOCK(1213);

    private final int code;

    Refusal(int code) {
        this.code = code;
    }

    /** Whether any of these is the cause. */
    static boolean isCauseOf(Throwable failure) {
        return Arrays.stream(values()).anyMatch(refusal -> refusal.causes(failure));
    }

    boolean causes(Throwable failure) {
        return Throwables.getCausalChain(failure).stream()
                .anyMatch(cause -> cause instanceof SQLException refusal && refusal.getErrorCode() == code);
    }
}
