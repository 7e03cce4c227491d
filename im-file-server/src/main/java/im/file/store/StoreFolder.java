package im.file.store;

import im.file.transfer.TaskId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How a store is laid out in its folder, which several file-servers may share.
 *
 * <pre>
 * id                      names the store
 * token-key               see {@link TokenKeyFile}
 * files/&lt;xx&gt;/&lt;id&gt;-file    committed files; xx are the first digits of the task id; or with .data, .info and .sums, see {@link FilePaths}
 * unrecorded/&lt;id&gt;         marks of those that the database does not know yet
 * incoming/&lt;owner&gt;/…      uploads of one living file-server, see {@link Owner}
 * partial/…               uploads that broke off and belong to nobody
 * </pre>
 *
 * <p>Whatever passes from hand to hand is moved in one step, and whoever moved it has it; so nothing has to be locked.
 */
final class StoreFolder {
    private static final int SHARD_DIGITS = 2;
    static final int SHARDS = 256;

    private final Path root;

    private StoreFolder(Path root) {
        this.root = root;
    }

    /** Makes what files that are not whole need, as far as it is not there yet. */
    static StoreFolder open(Path root, Disk disk) throws IOException {
        StoreFolder folder = new StoreFolder(root);
        folder.make(disk, folder.incoming(), folder.partial());
        return folder;
    }

    /**
     * Makes what committed files need, as far as it is not there yet.
     *
     * @return the id of the store
     */
    UUID makeForFiles(Disk disk) throws IOException {
        UUID id = idOf(root.resolve("id"), disk);
        make(disk, files(), marks());
        return id;
    }

    /** Whether there are committed files in it. */
    boolean hasFiles() throws IOException {
        for (Path shard : shards()) {
            if (!committed(shard).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private void make(Disk disk, Path... inside) throws IOException {
        for (Path each : inside) {
            Files.createDirectories(each);
        }
        disk.force(root);
    }

    /** Of several that start at once on a new folder one makes the id, the others find it. */
    private static UUID idOf(Path file, Disk disk) throws IOException {
        if (!Files.exists(file)) {
            Path fresh = file.resolveSibling("id." + UUID.randomUUID());
            disk.write(fresh, UUID.randomUUID().toString());
            try {
                Files.createLink(file, fresh);
            } catch (FileAlreadyExistsException somebodyWasFaster) {
                // Theirs it is.
            }
            disk.delete(fresh);
        }
        String text = Files.readString(file).trim();
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " does not hold an id: " + text, e);
        }
    }

    Path root() {
        return root;
    }

    Path files() {
        return root.resolve("files");
    }

    Path marks() {
        return root.resolve("unrecorded");
    }

    Path incoming() {
        return root.resolve("incoming");
    }

    Path partial() {
        return root.resolve("partial");
    }

    /** The folders of committed files, in the order of the ids; each is made when it is first needed. */
    List<Path> shards() {
        return IntStream.range(0, SHARDS)
                .mapToObj(shard -> files().resolve(String.format("%02x", shard)))
                .toList();
    }

    /** Where in {@link #shards} a file lies. */
    static int shardOf(TaskId task) {
        return Integer.parseInt(task.text().substring(0, SHARD_DIGITS), 16);
    }

    FilePaths pathsOf(TaskId task) {
        Path shard = files().resolve(task.text().substring(0, SHARD_DIGITS));
        return new FilePaths(shard, marks().resolve(task.text()), task);
    }

    /** The committed files of one shard, in the order of their ids. */
    static List<TaskId> committed(Path shard) throws IOException {
        if (!Files.exists(shard)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(shard)) {
            return all.map(path -> path.getFileName().toString())
                    .sorted()
                    .map(FilePaths::idOf)
                    .flatMap(Optional::stream)
                    .toList();
        }
    }

    /** Every upload that broke off and belongs to nobody. */
    List<PartialPaths> partials() throws IOException {
        return partialsIn(partial());
    }

    static List<PartialPaths> partialsIn(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(PartialPaths::new).toList();
        }
    }

    /**
     * Whether this is what is left of an upload that was committed. After a loss of power a committed file may still have its old name
     * too, in a folder that is called after an earlier upload; but as what it was committed is written in it.
     */
    boolean isCommitted(PartialPaths upload) {
        return Stream.of(upload.task(), sealedAs(upload))
                .flatMap(Optional::stream)
                .anyMatch(task -> pathsOf(task).exists());
    }

    private static Optional<TaskId> sealedAs(PartialPaths upload) {
        try (FileChannel data = FileChannel.open(upload.data())) {
            return Optional.of(FileTail.read(data, upload).task().id());
        } catch (IOException noneOrNotSealed) {
            return Optional.empty();
        }
    }

    /** Those of one file. */
    static List<PartialPaths> partialsOf(FileKey key, Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> path.getFileName().toString().startsWith(key + "."))
                    .map(PartialPaths::new)
                    .toList();
        }
    }

    @Override
    public String toString() {
        return root.toString();
    }
}
