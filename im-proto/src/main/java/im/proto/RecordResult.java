package im.proto;

/** How the storing of a message, or the recording or deletion of a stored file, went: {@code result_code} where db-proxies answer 0x0301, 0x050b and 0x050c. */
public enum RecordResult {
    DONE(0),
    /** It never will be. */
    REFUSED(1),
    /** It was recorded once, and has been deleted since. */
    GONE(2),
    /** It was not, but may be later. */
    NOT_NOW(3);

    private final int code;

    RecordResult(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** A code that means nothing is a refusal. */
    public static RecordResult of(int code) {
        for (RecordResult result : values()) {
            if (result.code == code) {
                return result;
            }
        }
        return REFUSED;
    }
}
