package im.client;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that is received: hidden and temporary until it is complete, then moved to its name without ever replacing another
 * file. For one thread at a time.
 */
final class PartFile {
    private static final Logger log = LoggerFactory.getLogger(PartFile.class);
    private static final int MAX_NUMBER = 9999;
    private static final int MAX_TASK_ID_LENGTH = 48;

    private final Path folder;
    private final String name;
    private final Path path;
    private final FileChannel channel;
    private final Sha256 sha256 = new Sha256();
    private long length;
    private boolean placed;

    private PartFile(Path folder, String name, Path path, FileChannel channel) {
        this.folder = folder;
        this.name = name;
        this.path = path;
        this.channel = channel;
    }

    /**
     * Starts from nothing, also where an earlier attempt left something.
     *
     * @param folder made if it is missing
     * @param announced the name that came over the wire
     * @param size for which there must be room
     */
    static PartFile create(Path folder, String announced, String taskId, long size) throws IOException {
        Files.createDirectories(folder);
        long room = Files.getFileStore(folder).getUsableSpace();
        if (room < size) {
            throw new IOException(folder + " has room for " + room + " bytes, and the file has " + size);
        }
        String name = SafeFileName.of(announced);
        Path path = folder.resolve("." + shorten(name) + "." + safe(taskId) + ".part");
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        try {
            lock(channel, path);
            channel.truncate(0);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new PartFile(folder, name, path, channel);
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

    private static String shorten(String name) {
        return name.length() <= MAX_TASK_ID_LENGTH ? name : name.substring(0, name.offsetByCodePoints(0, 40));
    }

    /** A task id comes from the wire, too. */
    private static String safe(String taskId) {
        String plain = taskId.replaceAll("[^A-Za-z0-9-]", "_");
        return plain.substring(0, Math.min(plain.length(), MAX_TASK_ID_LENGTH));
    }

    /**
     * Appends all of {@code data}, which may be a slice of what the event loop still reads into: a buffer's own ways to a channel use
     * the one NIO view that all its slices share, so another thread takes a view of its own.
     */
    void write(ByteBuf data) throws IOException {
        ByteBuffer bytes = data.nioBuffer();
        sha256.update(bytes.duplicate());
        length += bytes.remaining();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /**
     * Puts the file in its place, safely on disk.
     *
     * @param size how long it must be
     * @return where it is
     */
    Path place(long size) throws IOException {
        if (channel.size() != size || length != size) {
            throw new IOException("received " + channel.size() + " bytes instead of " + size);
        }
        channel.force(true);
        channel.close();
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
        throw new IOException("there are too many files called " + name + " in " + folder);
    }

    private List<String> candidates() {
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

    /** Of everything that was written. Once. */
    String sha256() {
        return sha256.hex();
    }

    /** Closes the file, and deletes it unless it was placed. */
    void close() throws IOException {
        channel.close();
        if (!placed) {
            Files.deleteIfExists(path);
        }
    }
}
