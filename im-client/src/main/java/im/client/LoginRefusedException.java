package im.client;

import im.proto.base.ResultType;
import java.io.IOException;

/** The msg-server did not let the user in. */
public final class LoginRefusedException extends IOException {
    private final ResultType resultType;
    private final String resultString;

    public LoginRefusedException(String userName, ResultType resultType, String resultString) {
        super("login of " + userName + " refused: " + resultType + (resultString.isEmpty() ? "" : ", " + resultString));
        this.resultType = resultType;
        this.resultString = resultString;
    }

    public ResultType resultType() {
        return resultType;
    }

    /** The server's own words, possibly empty, in any language. */
    public String resultString() {
        return resultString;
    }

    /** True when the user name or password is wrong, or the client too old; false when a server is missing and may come back. */
    public boolean isFinal() {
        return resultType == ResultType.REFUSE_REASON_DB_VALIDATE_FAILED
                || resultType == ResultType.REFUSE_REASON_VERSION_TOO_OLD;
    }
}
