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

/** What is known of a file besides its bytes, as a Java properties file beside them. */
final class FileDescription {
    private FileDescription() {}

    static String of(Announcement file) {
        Properties fields = fieldsOf(file.task(), file.expiresAt());
        file.sha256().ifPresent(sha256 -> fields.setProperty("sha256", sha256.toString()));
        return textOf(fields);
    }

    static String of(CommittedFile file) {
        Properties fields = fieldsOf(file.task(), file.expiresAt());
        fields.setProperty("sha256", file.sha256().toString());
        fields.setProperty("stored", file.storedAt().toString());
        return textOf(fields);
    }

    private static Properties fieldsOf(FileTask task, Instant expiresAt) {
        Properties fields = new Properties();
        fields.setProperty("id", task.id().text());
        fields.setProperty("from", Long.toString(task.from()));
        fields.setProperty("to", Long.toString(task.to()));
        fields.setProperty("name", task.name());
        fields.setProperty("size", Long.toString(task.size()));
        fields.setProperty("expires", expiresAt.toString());
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
     * @param paths of a file that is there
     * @param retention for a description from before they had an expiry
     * @throws IOException when the file cannot be read or is not such a description
     */
    static CommittedFile read(FilePaths paths, Duration retention) throws IOException {
        Properties fields = read(paths.info());
        try {
            Instant stored = fields.containsKey("stored")
                    ? Instant.parse(fields.getProperty("stored"))
                    : Files.getLastModifiedTime(paths.data()).toInstant();
            Instant expires = fields.containsKey("expires")
                    ? Instant.parse(fields.getProperty("expires"))
                    : stored.plus(retention);
            return new CommittedFile(
                    taskOf(fields), HashCode.fromString(fields.getProperty("sha256")), stored, expires);
        } catch (RuntimeException e) {
            throw noDescription(paths.info(), e);
        }
    }

    private static Properties read(Path file) throws IOException {
        Properties fields = new Properties();
        try {
            fields.load(new StringReader(Files.readString(file)));
        } catch (IllegalArgumentException e) {
            throw noDescription(file, e);
        }
        return fields;
    }

    private static FileTask taskOf(Properties fields) {
        return new FileTask(
                TaskId.parse(fields.getProperty("id")).orElseThrow(),
                Long.parseLong(fields.getProperty("from")),
                Long.parseLong(fields.getProperty("to")),
                fields.getProperty("name"),
                Long.parseLong(fields.getProperty("size")));
    }

    private static IOException noDescription(Path file, RuntimeException cause) {
        return new IOException(file + " does not describe a file: " + cause.getMessage(), cause);
    }
}
