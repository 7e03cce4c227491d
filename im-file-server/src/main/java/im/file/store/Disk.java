package im.file.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Every step by which the store changes a disk, so that a test can stop the world between any two of them. What only reads uses
 * {@link java.nio.file.Files}.
 */
interface Disk {
    /** A new and empty file. Fails when the name is taken. */
    OpenFile create(Path file) throws IOException;

    /** A file that is there, to go on with. */
    OpenFile open(Path file) throws IOException;

    /** Fails when the name is taken. */
    void makeFolder(Path folder) throws IOException;

    /** In one step; what had the name before is gone. Fails with {@link java.nio.file.NoSuchFileException} when somebody was faster. */
    void move(Path from, Path to) throws IOException;

    /** A file or an empty folder, if it is there. */
    void delete(Path path) throws IOException;

    /** Makes created, moved and deleted names of a folder survive a loss of power. */
    void force(Path folder) throws IOException;

    /** A file that is written at its end. */
    interface OpenFile extends Closeable {
        /** Writes all that remains of these buffers, which are empty then. */
        void append(ByteBuffer... pieces) throws IOException;

        void truncate(long size) throws IOException;

        /** Makes all bytes survive a loss of power; the name needs its folder {@linkplain Disk#force forced}. */
        void force() throws IOException;

        long size() throws IOException;

        /** Fills the buffer from there on, or fails with {@link java.io.EOFException}. */
        void read(ByteBuffer into, long position) throws IOException;
    }

    /** A new small file that survives a loss of power once its folder is forced. */
    default void write(Path file, ByteBuffer content) throws IOException {
        try (OpenFile opened = create(file)) {
            opened.append(content);
            opened.force();
        }
    }

    default void write(Path file, String content) throws IOException {
        write(file, StandardCharsets.UTF_8.encode(content));
    }
}
