package im.file.store;

import com.google.common.hash.HashCode;
import im.file.transfer.CommittedFile;
import im.file.transfer.FileTask;
import im.file.transfer.TaskId;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;

/** What is known of a file besides its bytes, as a Java properties file beside or behind them. */
public final class FileDescription {
    private FileDescription() {}

    static String of(Announcement file) {
        Properties fields = fieldsOf(file.task(), file.expiresAt());
        file.sha256().ifPresent(sha256 -> fields.setProperty("sha256", sha256.toString()));
        return textOf(fields);
    }

    public static String of(CommittedFile file) {
        return textOf(fieldsOf(file));
    }

    private static Properties fieldsOf(CommittedFile file) {
        Properties fields = fieldsOf(file.task(), file.expiresAt());
        fields.setProperty("sha256", file.sha256().toString());
        fields.setProperty("stored", file.storedAt().toString());
        return fields;
    }

    private static Properties fieldsOf(FileTask task, Instant expiresAt) {
        Properties fields = new Properties();
        fields.setProperty("id", task.id().text());
        fields.setProperty("from", Long.toString(task.from()));
        fields.setProperty("to", Long.toString(task.to()));
        fields.setProperty("name", task.name());
        fields.setProperty("size", Long.toString(task.size()));
        fields.setProperty("expires", expiresAt.toString());
        if (task.isForGroup()) {
            fields.setProperty("group", Long.toString(task.group()));
        }
        return fields;
    }

    private static String textOf(Properties fields) {
        StringWriter text = new StringWriter();
        try {
            fields.store(text, null);
        } catch (IOException e) {
            throw new AssertionError("a string takes everything", e);
        }
        return text.toString();
    }

    /** @throws IOException when the file cannot be read or is not such a description */
    static Announcement readAnnouncement(Path file) throws IOException {
        Properties fields = read(file);
        try {
            return new Announcement(
                    taskOf(fields),
                    Optional.ofNullable(fields.getProperty("sha256")).map(HashCode::fromString),
                    Instant.parse(fields.getProperty("expires")));
        } catch (RuntimeException e) {
            throw noDescription(file, e);
        }
    }

    /**
     * Of a file from before there was a {@link FileTail}.
     *
     * @param paths of a file that is there
     * @param retention for a description from before they had an expiry
     * @throws IOException when the file cannot be read or is not such a description
     */
    static CommittedFile readOld(FilePaths paths, Duration retention) throws IOException {
        Properties fields = read(paths.oldInfo());
        if (!fields.containsKey("stored")) {
            fields.setProperty(
                    "stored",
                    Files.getLastModifiedTime(paths.oldData()).toInstant().toString());
        }
        if (!fields.containsKey("expires")) {
            fields.setProperty(
                    "expires",
                    Instant.parse(fields.getProperty("stored")).plus(retention).toString());
        }
        return committed(fields, paths.oldInfo());
    }

    /**
     * Understands what {@link #of(CommittedFile)} wrote.
     *
     * @param where it was found, for people
     * @throws IOException when it is something else
     */
    public static CommittedFile parse(String text, Object where) throws IOException {
        return committed(fieldsOf(text, where), where);
    }

    private static CommittedFile committed(Properties fields, Object where) throws IOException {
        try {
            return new CommittedFile(
                    taskOf(fields),
                    HashCode.fromString(fields.getProperty("sha256")),
                    Instant.parse(fields.getProperty("stored")),
                    Instant.parse(fields.getProperty("expires")));
        } catch (RuntimeException e) {
            throw noDescription(where, e);
        }
    }

    private static Properties read(Path file) throws IOException {
        return fieldsOf(Files.readString(file), file);
    }

    private static Properties fieldsOf(String text, Object where) throws IOException {
        Properties fields = new Properties();
        try {
            fields.load(new StringReader(text));
        } catch (IllegalArgumentException e) {
            throw noDescription(where, e);
        }
        return fields;
    }

    private static FileTask taskOf(Properties fields) {
        return new FileTask(
                TaskId.parse(fields.getProperty("id")).orElseThrow(),
                Long.parseLong(fields.getProperty("from")),
                Long.parseLong(fields.getProperty("to")),
                fields.getProperty("name"),
                Long.parseLong(fields.getProperty("size")),
                Long.parseLong(fields.getProperty("group", "0")));
    }

    private static IOException noDescription(Object where, RuntimeException cause) {
        return new IOException(where + " does not describe a file: " + cause.getMessage(), cause);
    }
}
