package im.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Files with content that differs everywhere. */
final class TestFiles {
    private TestFiles() {}

    static byte[] content(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    static Path write(Path folder, String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    static String sha256(byte[] content) {
        Sha256 sha256 = new Sha256();
        sha256.update(ByteBuffer.wrap(content));
        return sha256.hex();
    }

    static FileOffer with(FileOffer offer, FileDetails details) {
        return new FileOffer(
                offer.fromUserId(),
                offer.toUserId(),
                offer.fileName(),
                offer.size(),
                offer.taskId(),
                offer.addresses(),
                offer.mode(),
                offer.offlineReady(),
                details,
                offer.group());
    }

    /** Everything in a folder, hidden or not. */
    static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
