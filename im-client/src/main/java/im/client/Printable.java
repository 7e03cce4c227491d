package im.client;

/** Text from strangers, made fit to be shown on a terminal. */
public final class Printable {
    private Printable() {}

    /** {@code text} with a question mark in the place of everything that could move the cursor, turn the text around or hide. */
    public static String of(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(c -> shown.appendCodePoint(isPrintable(c) ? c : '?'));
        return shown.toString();
    }

    /** False for control and formatting characters (such as marks that change the direction of text), and what is no character. */
    static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
