package im.client;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Makes a name that came over the wire fit to be a file's: without any path, without characters that file systems or terminals
 * take for more than letters, not hidden, not a device, not too long.
 */
public final class SafeFileName {
    private static final int MAX_BYTES = 180;
    private static final int MAX_EXTENSION_BYTES = 20;
    private static final String NAMELESS = "file";
    private static final String RESERVED_CHARACTERS = "<>:\"|?*";
    private static final Pattern DEVICE =
            Pattern.compile("(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\\$|conout\\$)\\s*(\\..*)?");

    private SafeFileName() {}

    /** @return never empty, at most 180 bytes long, a single path element on every system */
    public static String of(String announced) {
        String base = announced.substring(Math.max(announced.lastIndexOf('/'), announced.lastIndexOf('\\')) + 1);
        String name = stripEnds(printable(base));
        if (name.isEmpty()) {
            return NAMELESS;
        }
        if (DEVICE.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
            name = "_" + name;
        }
        return shorten(name);
    }

    private static String printable(String text) {
        StringBuilder kept = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (RESERVED_CHARACTERS.indexOf(c) >= 0) {
                kept.append('_');
            } else if (Printable.isPrintable(c)) {
                kept.appendCodePoint(c);
            }
        });
        return kept.toString();
    }

    /** No leading dots, which hide a file or make it a folder; no trailing dots or blanks, which Windows drops. */
    private static String stripEnds(String name) {
        int start = 0;
        while (start < name.length() && (name.charAt(start) == '.' || Character.isWhitespace(name.charAt(start)))) {
            start++;
        }
        int end = name.length();
        while (end > start && (name.charAt(end - 1) == '.' || Character.isWhitespace(name.charAt(end - 1)))) {
            end--;
        }
        return name.substring(start, end);
    }

    private static String shorten(String name) {
        if (bytes(name) <= MAX_BYTES) {
            return name;
        }
        String extension = extension(name);
        if (bytes(extension) > MAX_EXTENSION_BYTES) {
            extension = "";
        }
        String stem = name.substring(0, name.length() - extension.length());
        while (bytes(stem) > MAX_BYTES - bytes(extension)) {
            stem = stem.substring(0, stem.offsetByCodePoints(stem.length(), -1));
        }
        return stem + extension;
    }

    /** The same name with a number, for when there is such a file already: {@code "a.txt", 1} gives {@code "a (1).txt"}. */
    static String numbered(String name, int number) {
        String extension = extension(name);
        return name.substring(0, name.length() - extension.length()) + " (" + number + ")" + extension;
    }

    /** From the last dot on; empty when there is none, or nothing before it. */
    private static String extension(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? "" : name.substring(dot);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
