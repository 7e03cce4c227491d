package im.db.link;

import im.proto.RecordResult;
import im.proto.base.ResultType;

/** What our answers say about how it went. */
final class ResultCode {
    static final int OK = 0;

    /** Wrong name or password; or something that may not be. Asking again will not help. */
    static final int REFUSED = 1;

    /** The file was recorded once and has been deleted since. Nothing is left to do about it. */
    static final int GONE = RecordResult.GONE.code();

    /** The database did not answer, or too many wait for it. Asking again later may help. */
    static final int NO_DATABASE = ResultType.REFUSE_REASON_NO_DB_SERVER_VALUE;

    private ResultCode() {}
}
