package im.db.domain;

import java.time.Instant;

/**
 * A part of the organisation.
 *
 * @param id 1 to 2^32 - 1
 * @param parentId 0 for none
 * @param priority clients sort by it
 * @param removed it is still told, so that whoever knows it hears that it is gone
 * @param updated when anything of this changed last, in whole seconds
 */
public record Department(long id, String name, long parentId, long priority, boolean removed, Instant updated) {
    private static final int MAX_NAME = 64;

    /** Whether a department could be called this: 1 to {@value #MAX_NAME} characters, none of them a control character. */
    public static boolean isName(String text) {
        return !text.isBlank()
                && text.codePointCount(0, text.length()) <= MAX_NAME
                && text.codePoints().noneMatch(Character::isISOControl);
    }
}
