package im.file.store;

import com.google.common.hash.HashCode;
import im.file.transfer.FileTask;
import im.file.transfer.TaskId;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * What is known of a stored file besides its bytes; kept beside them as a Java properties file.
 *
 * @param sha256 of all of its bytes
 */
record FileDescription(FileTask task, HashCode sha256) {
    void write(Path file) throws IOException {
        Properties fields = new Properties();
        fields.setProperty("id", task.id().text());
        fields.setProperty("from", Long.toString(task.from()));
        fields.setProperty("to", Long.toString(task.to()));
        fields.setProperty("name", task.name());
        fields.setProperty("size", Long.toString(task.size()));
        fields.setProperty("sha256", sha256.toString());
        StringWriter text = new StringWriter();
        fields.store(text, null);
        DurableFiles.write(file, text.toString());
    }

    /** @throws IOException when the file cannot be read or is not such a description */
    static FileDescription read(Path file) throws IOException {
        Properties fields = new Properties();
        fields.load(new StringReader(Files.readString(file)));
        try {
            FileTask task = new FileTask(
                    TaskId.parse(fields.getProperty("id")).orElseThrow(),
                    Long.parseLong(fields.getProperty("from")),
                    Long.parseLong(fields.getProperty("to")),
                    fields.getProperty("name"),
                    Long.parseLong(fields.getProperty("size")));
            return new FileDescription(task, HashCode.fromString(fields.getProperty("sha256")));
        } catch (RuntimeException e) {
            throw new IOException(file + " does not describe a file: " + e.getMessage(), e);
        }
    }
}
