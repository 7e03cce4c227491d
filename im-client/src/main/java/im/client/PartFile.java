package im.client;

import com.google.common.base.CharMatcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that is received: hidden and temporary until it is complete, then moved to its name without ever replacing another
 * file. What an earlier attempt at the same file has left may be continued. One thread at a time.
 */
final class PartFile {
    private static final Logger log = LoggerFactory.getLogger(PartFile.class);
    private static final int MAX_NUMBER = 9999;
    private static final int MAX_NAME_LENGTH = 48;
    private static final int KEY_LENGTH = 32;
    private static final int BUFFER_SIZE = 256 << 10;

    /** How much of a complete file is fetched again, so that a download always has something to ask for. */
    private static final int LAST_BYTES = 32 << 10;

    /**
     * Which file this is to become. One that differs in anything but its announced name has a part of its own.
     *
     * @param announced the name that came over the wire
     */
    record Identity(String announced, String taskId, long size, String sha256) {
        static Identity of(FileOffer offer) {
            return new Identity(
                    offer.fileName(),
                    offer.taskId(),
                    offer.size(),
                    offer.details().sha256().orElse(""));
        }

        /** Where no locale says UTF-8, files may have ASCII names only: every other letter becomes an underscore there. */
        String name() {
            String safe = SafeFileName.of(announced);
            try {
                Path.of(safe);
                return safe;
            } catch (InvalidPathException e) {
                return CharMatcher.ascii().negate().replaceFrom(safe, '_');
            }
        }

        /** Everything of it comes from the wire, so it goes into a path as a checksum only. */
        private String partName() {
            Sha256 all = new Sha256();
            all.update(ByteBuffer.wrap(
                    String.join("\n", taskId, Long.toString(size), sha256).getBytes(StandardCharsets.UTF_8)));
            return "." + shorten(name()) + "." + all.hex().substring(0, KEY_LENGTH) + ".part";
        }

        private static String shorten(String name) {
            boolean fits = name.codePointCount(0, name.length()) <= MAX_NAME_LENGTH;
            return fits ? name : name.substring(0, name.offsetByCodePoints(0, 40));
        }
    }

    private final Path folder;
    private final Identity identity;
    private final Path path;
    private final FileChannel channel;
    private Sha256 sha256 = new Sha256();
    private long hashed;
    private long length;
    private long found;
    private boolean placed;

    private PartFile(Path folder, Identity identity, Path path, FileChannel channel) {
        this.folder = folder;
        this.identity = identity;
        this.path = path;
        this.channel = channel;
    }

    /**
     * Starts from nothing, also where an earlier attempt left something.
     *
     * @param folder made if it is missing
     */
    static PartFile create(Path folder, Identity identity) throws IOException {
        return open(folder, identity, 0);
    }

    /** Goes on with what an earlier attempt left, if it did. It has to be {@linkplain #hashNext hashed} first. */
    static PartFile resume(Path folder, Identity identity) throws IOException {
        return open(folder, identity, Math.max(0, identity.size() - LAST_BYTES));
    }

    private static PartFile open(Path folder, Identity identity, long keepUpTo) throws IOException {
        Files.createDirectories(folder);
        Path path = folder.resolve(identity.partName());
        FileChannel channel = openLocked(path);
        PartFile file = new PartFile(folder, identity, path, channel);
        try {
            file.keep(Math.min(channel.size(), keepUpTo));
        } catch (IOException e) {
            file.close(true);
            throw e;
        }
        return file;
    }

    /** What is at this path, for this attempt alone. What another attempt moves to its place meanwhile is not touched. */
    private static FileChannel openLocked(Path path) throws IOException {
        try {
            Files.createFile(path);
        } catch (FileAlreadyExistsException e) {
            log.debug("{} is there already", path);
        }
        Object found = key(path);
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        try {
            lock(channel, path);
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS) || !Objects.equals(found, key(path))) {
                throw new IOException("the file has just been received: " + path);
            }
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** The same as long as the file is the same; null on systems that know no such thing. */
    private static Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    private static void lock(FileChannel channel, Path path) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new IOException("the file is being received already: " + path);
        }
    }

    private void keep(long bytes) throws IOException {
        channel.truncate(bytes);
        channel.position(bytes);
        found = bytes;
        length = bytes;
        long room = Files.getFileStore(folder).getUsableSpace();
        if (room < identity.size() - bytes) {
            throw new IOException(
                    folder + " has room for " + room + " bytes, and the file has " + (identity.size() - bytes));
        }
    }

    /** What is there is not the beginning of this file after all. */
    void startOver() throws IOException {
        sha256 = new Sha256();
        hashed = 0;
        keep(0);
    }

    /** How much an earlier attempt had left. */
    long found() {
        return found;
    }

    /** How much is there. */
    long length() {
        return length;
    }

    /** Reads a piece of what an earlier attempt left for the checksum. */
    void hashNext() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE);
        long end = Math.min(length, hashed + SourceFile.HASHED_AT_ONCE);
        while (hashed < end) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - hashed));
            int n = channel.read(buffer, hashed);
            if (n <= 0) {
                throw new IOException("the file became shorter while it was received: " + path);
            }
            sha256.update(buffer.flip());
            hashed += n;
        }
    }

    long hashed() {
        return hashed;
    }

    /** Appends all bytes of these, and counts them into the checksum. */
    void append(List<Piece> pieces) throws IOException {
        write(Piece.buffers(pieces));
        for (ByteBuffer buffer : Piece.buffers(pieces)) {
            hashed += buffer.remaining();
            sha256.update(buffer);
        }
    }

    private void write(ByteBuffer[] buffers) throws IOException {
        // A write that is cut short ends within some buffer.
        for (int i = 0; i < buffers.length; ) {
            length += channel.write(buffers, i, buffers.length - i);
            while (i < buffers.length && !buffers[i].hasRemaining()) {
                i++;
            }
        }
    }

    /**
     * Puts the file in its place, safely on disk. It stays locked until it is closed, so nobody else takes it for a part meanwhile.
     *
     * @return where it is
     */
    Path place() throws IOException {
        if (channel.size() != identity.size() || length != identity.size()) {
            throw new IOException("received " + channel.size() + " bytes instead of " + identity.size());
        }
        channel.force(true);
        Path free = reserve();
        try {
            Files.move(path, free, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(free);
            throw e;
        }
        placed = true;
        syncFolder();
        return free;
    }

    /** Takes a free name by making an empty file, which fails where there is one: two receivers never get the same. */
    private Path reserve() throws IOException {
        for (String candidate : candidates()) {
            try {
                return Files.createFile(folder.resolve(candidate));
            } catch (FileAlreadyExistsException e) {
                log.debug("{} is taken", candidate);
            }
        }
        throw new IOException("there are too many files called " + identity.name() + " in " + folder);
    }

    private List<String> candidates() {
        String name = identity.name();
        List<String> candidates = new ArrayList<>();
        candidates.add(name);
        for (int number = 1; number <= MAX_NUMBER; number++) {
            candidates.add(SafeFileName.numbered(name, number));
        }
        return candidates;
    }

    /** Not every system lets a folder be opened; then the name is as durable as that system makes it. */
    private void syncFolder() {
        try (FileChannel open = FileChannel.open(folder, StandardOpenOption.READ)) {
            open.force(true);
        } catch (IOException e) {
            log.debug("cannot sync {}: {}", folder, e.getMessage());
        }
    }

    /** Of everything that was counted. Once, and nothing can be counted afterwards. */
    String sha256() {
        return sha256.hex();
    }

    /** @param keep leave what is there for another attempt, if it was not placed and is not empty */
    void close(boolean keep) throws IOException {
        try {
            // While it is locked, so that nobody goes on with it.
            if (!placed && !(keep && length > 0)) {
                Files.deleteIfExists(path);
            }
        } finally {
            channel.close();
        }
    }
}
