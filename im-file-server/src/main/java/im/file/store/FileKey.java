package im.file.store;

import com.google.common.hash.Hashing;
import im.file.transfer.FileTask;
import java.nio.charset.StandardCharsets;

/**
 * What makes two uploads the same file: sender, receiver, base name and size; as a text that may stand in a path. Senders write a
 * name with or without the folders before it.
 */
record FileKey(String text) {
    private static final int DIGITS = 32;

    static FileKey of(FileTask task) {
        String name = task.name();
        String base = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        String all = task.from() + "/" + task.to() + "/" + task.size() + "/" + base
                + (task.isForGroup() ? "/" + task.group() : "");
        return new FileKey(Hashing.sha256()
                .hashString(all, StandardCharsets.UTF_8)
                .toString()
                .substring(0, DIGITS));
    }

    @Override
    public String toString() {
        return text;
    }
}
