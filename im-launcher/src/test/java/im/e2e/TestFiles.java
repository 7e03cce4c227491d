package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Files of any size whose every byte can be told apart. */
final class TestFiles {
    private static final int CHUNK = 1 << 16;

    private TestFiles() {}

    static Path make(Path folder, String name, long size) throws IOException {
        Path file = Files.createDirectories(folder).resolve(name);
        Random random = new Random(size);
        byte[] chunk = new byte[CHUNK];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (long left = size; left > 0; left -= CHUNK) {
                random.nextBytes(chunk);
                out.write(chunk, 0, (int) Math.min(left, CHUNK));
            }
        }
        return file;
    }

    /** In place, and of the same size as before. */
    static Path changeFirstByte(Path file) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            int first = open.read();
            open.seek(0);
            open.write(~first);
        }
        return file;
    }

    static void assertSame(Path received, Path sent) throws IOException {
        assertThat(Files.mismatch(received, sent)).as("first difference").isEqualTo(-1);
    }
}
