package im.file.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * One file-server that lives, seen by those who share its folder: {@code incoming/<owner>/} holds the uploads that it alone writes,
 * and it holds a lock on {@code incoming/<owner>.lock} until it is gone, however that happens. What the dead leave behind becomes
 * common property.
 */
final class Owner implements AutoCloseable {
    private static final String LOCK = ".lock";
    private static final String PROBE = ".probe";

    /**
     * Part of every name that this process takes. Locks belong to a process, which loses one as soon as it closes any channel to the
     * locked file; so nobody may try the locks of owners in the same process.
     */
    private static final UUID PROCESS = UUID.randomUUID();

    /** Held while a lock is tried, for the same reason: whoever closed the file a second time would take the lock from the other. */
    private static final Object TRYING = new Object();

    private final StoreFolder store;
    private final Disk disk;
    private final Path folder;
    private final Path lockPath;
    private final FileChannel lockChannel;

    private Owner(StoreFolder store, Disk disk, Path folder, Path lockPath, FileChannel lockChannel) {
        this.store = store;
        this.disk = disk;
        this.folder = folder;
        this.lockPath = lockPath;
        this.lockChannel = lockChannel;
    }

    /** A new owner. Its folder is there only once its lock is held, so nobody takes it for dead. */
    static Owner in(StoreFolder store, Disk disk) throws IOException {
        String name = PROCESS + "-" + UUID.randomUUID();
        Path lockPath = store.incoming().resolve(name + LOCK);
        FileChannel channel = FileChannel.open(lockPath, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            if (!isLocked(channel)) {
                throw new IOException("somebody else has locked " + lockPath);
            }
            Path folder = store.incoming().resolve(name);
            disk.makeFolder(folder);
            return new Owner(store, disk, folder, lockPath, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        FileLock lock = channel.tryLock();
        return lock != null;
    }

    /** The folders of all others, living or dead. */
    List<Path> others() throws IOException {
        try (Stream<Path> all = Files.list(store.incoming())) {
            return all.filter(path -> !path.equals(folder) && Files.isDirectory(path))
                    .toList();
        }
    }

    /**
     * Makes common property of what dead owners left behind.
     *
     * @return how many uploads
     */
    int recover() throws IOException {
        return recover(others());
    }

    /**
     * As {@link #recover()}, but only looks at owners that have, or had, an upload of that file. So it costs little more than a look at
     * the names, and nobody's lock is tried who has nothing that is wanted.
     */
    int recover(FileKey wanted) throws IOException {
        List<Path> having = new ArrayList<>();
        for (Path other : others()) {
            if (!partialsOf(wanted, other).isEmpty()) {
                having.add(other);
            }
        }
        return recover(having);
    }

    private static List<PartialPaths> partialsOf(FileKey wanted, Path owner) throws IOException {
        try {
            return StoreFolder.partialsOf(wanted, owner);
        } catch (NoSuchFileException goneMeanwhile) {
            return List.of();
        }
    }

    private int recover(List<Path> others) throws IOException {
        int recovered = 0;
        for (Path other : others) {
            if (!other.getFileName().toString().startsWith(PROCESS.toString())) {
                recovered += recoverIfDead(other);
            }
        }
        return recovered;
    }

    private int recoverIfDead(Path other) throws IOException {
        Path itsLock = other.resolveSibling(other.getFileName() + LOCK);
        synchronized (TRYING) {
            try (FileChannel channel = FileChannel.open(itsLock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                if (!isLocked(channel)) {
                    return 0;
                }
                int recovered = giveAway(other);
                disk.delete(other);
                disk.delete(other.resolveSibling(other.getFileName() + PROBE));
                disk.delete(itsLock);
                return recovered;
            }
        }
    }

    private int giveAway(Path from) throws IOException {
        int given = 0;
        if (Files.exists(from)) {
            for (PartialPaths upload : StoreFolder.partialsIn(from)) {
                giveAway(upload);
                given++;
            }
        }
        return given;
    }

    /** Makes common property of an upload. */
    void giveAway(PartialPaths upload) throws IOException {
        disk.move(upload.folder(), store.partial().resolve(upload.folder().getFileName()));
    }

    /**
     * Takes over an upload that belongs to nobody.
     *
     * @param name what its folder is called from now on
     * @return where it is now
     * @throws NoSuchFileException when somebody else was faster
     */
    PartialPaths take(PartialPaths upload, String name) throws IOException {
        PartialPaths taken = own(name);
        disk.move(upload.folder(), taken.folder());
        return taken;
    }

    /** A file of its own to try the disk with. */
    Path probe() {
        return folder.resolveSibling(folder.getFileName() + PROBE);
    }

    /** Where an upload of its own is, or is to be. */
    PartialPaths own(String name) {
        return new PartialPaths(folder.resolve(name));
    }

    /** Deletes an upload of its own, as far as it is there. */
    void drop(PartialPaths upload) throws IOException {
        for (Path piece : List.of(upload.data(), upload.sums(), upload.info(), upload.folder())) {
            disk.delete(piece);
        }
    }

    /** Hands over what is still coming in, and lets the lock go. */
    @Override
    public void close() throws IOException {
        try (lockChannel) {
            giveAway(folder);
            disk.delete(folder);
            disk.delete(lockPath);
        }
    }
}
