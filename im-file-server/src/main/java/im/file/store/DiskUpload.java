package im.file.store;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import im.file.transfer.FileStore;
import im.file.transfer.FileTask;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file that comes in, block after block. All disk work on one sequential executor, so its fields need no lock. */
final class DiskUpload implements FileStore.Incoming {
    private static final Logger log = LoggerFactory.getLogger(DiskUpload.class);

    private final FileTask task;
    private final FilePaths paths;
    private final FileChannel channel;
    private final Executor disk;
    private final Hasher sha256 = Hashing.sha256().newHasher();

    private DiskUpload(FileTask task, FilePaths paths, FileChannel channel, Executor disk) {
        this.task = task;
        this.paths = paths;
        this.channel = channel;
        this.disk = disk;
    }

    /** On the executor. */
    static DiskUpload create(FileTask task, FilePaths paths, Executor disk) throws IOException {
        Files.createDirectories(paths.folder());
        FileChannel channel = FileChannel.open(paths.part(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new DiskUpload(task, paths, channel, disk);
    }

    @Override
    public CompletableFuture<Void> append(ByteBuf data) {
        CompletableFuture<Void> written = DiskStore.run(disk, () -> {
            sha256.putBytes(data.nioBuffer());
            ByteBuffer bytes = data.nioBuffer();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return null;
        });
        return written.whenComplete((nothing, failure) -> data.release());
    }

    @Override
    public CompletableFuture<Void> commit() {
        return DiskStore.run(disk, () -> {
            if (channel.size() != task.size()) {
                throw new IOException(paths.part() + " has " + channel.size() + " of " + task.size() + " bytes");
            }
            channel.force(true);
            channel.close();
            new FileDescription(task, sha256.hash()).write(paths.info());
            Files.move(paths.part(), paths.data(), StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.forceFolder(paths.folder());
            DurableFiles.forceFolder(paths.folder().getParent());
            return null;
        });
    }

    @Override
    public void abandon() {
        CompletableFuture<Void> deleted = DiskStore.run(disk, () -> {
            channel.close();
            // After a commit that failed half-way there may be more than the data.
            Files.deleteIfExists(paths.data());
            Files.deleteIfExists(paths.part());
            Files.deleteIfExists(paths.info());
            return null;
        });
        deleted.whenComplete((nothing, failure) -> {
            if (failure != null) {
                log.warn("{}: {} stays until the next start: {}", task, paths.part(), failure.toString());
            }
        });
    }
}
