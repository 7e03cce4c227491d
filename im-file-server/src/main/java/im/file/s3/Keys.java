package im.file.s3;

import im.file.transfer.FileTask;
import im.file.transfer.TaskId;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the objects of a store are called.
 *
 * <pre>
 * id                     names the store
 * token-key              what msg-servers sign tokens with
 * files/&lt;task&gt;           a {@link im.file.store.FileDescription}; a file exists exactly when this does
 * data/&lt;task&gt;.&lt;sender&gt;   its bytes. The sender is there so that a listing says how much each has
 * unrecorded/&lt;task&gt;      marks a file that the database does not know yet
 * </pre>
 */
final class Keys {
    static final String ID = "id";
    static final String TOKEN_KEY = "token-key";
    static final String FILES = "files/";
    static final String DATA = "data/";
    static final String MARKS = "unrecorded/";

    private static final Pattern TASK = Pattern.compile("([0-9a-f]{8})(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private Keys() {}

    static String file(TaskId task) {
        return FILES + task.text();
    }

    static String mark(TaskId task) {
        return MARKS + task.text();
    }

    static String data(FileTask task) {
        return DATA + task.id().text() + "." + task.from();
    }

    /** Empty for an object of somebody else. */
    static Optional<TaskId> taskOf(String key) {
        String name = key.substring(key.indexOf('/') + 1);
        int dot = name.indexOf('.');
        return TaskId.parse(dot < 0 ? name : name.substring(0, dot));
    }

    static long senderOf(String dataKey) {
        return Long.parseLong(dataKey.substring(dataKey.indexOf('.') + 1));
    }

    /** A task id is a ticket for whoever reads it, so only its beginning is shown. */
    static String forLogs(String text) {
        return TASK.matcher(text).replaceAll("$1");
    }
}
