package im.msg.domain;

import java.util.Set;

/** The part of a sender's file name that anybody else gets to see: the folders of a machine are nobody's business. */
final class BaseName {
    /** What file systems take. */
    private static final int MAX_LENGTH = 255;

    private static final Set<String> FOLDERS = Set.of("", ".", "..");

    private BaseName() {}

    /** @param fileName as some client wrote it, of whatever operating system */
    static String of(String fileName) {
        return fileName.substring(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
    }

    /** Whether a file can be called that. What is let through here must not be refused later, when the file is stored already. */
    static boolean isUsable(String baseName) {
        return !FOLDERS.contains(baseName)
                && baseName.length() <= MAX_LENGTH
                && baseName.chars().noneMatch(Character::isISOControl);
    }
}
