package im.db.mysql;

import com.google.common.base.Throwables;
import java.sql.SQLIntegrityConstraintViolationException;

/** Recognises the one refusal of the database that is an answer and not a failure. */
final class DuplicateKey {
    private static final int ER_DUP_ENTRY = 1062;

    private DuplicateKey() {}

    static boolean causes(Throwable failure) {
        return Throwables.getCausalChain(failure).stream()
                .anyMatch(cause -> cause instanceof SQLIntegrityConstraintViolationException violation
                        && violation.getErrorCode() == ER_DUP_ENTRY);
    }
}
