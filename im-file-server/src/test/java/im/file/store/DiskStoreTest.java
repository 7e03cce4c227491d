package im.file.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import im.file.transfer.FileStore;
import im.file.transfer.FileTask;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskStoreTest extends FileStoreContract {
    @TempDir
    Path folder;

    private DiskStore store;

    @BeforeEach
    void open() throws IOException {
        store = DiskStore.open(folder, 2);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Override
    FileStore store() {
        return store;
    }

    private void reopen() throws IOException {
        store.close();
        store = DiskStore.open(folder, 2);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("files"))) {
            return all.filter(Files::isRegularFile)
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void committedFilesAndTheIdOfTheFolderSurviveARestart() throws Exception {
        FileTask task = stored("hello");
        UUID id = store.id();
        reopen();
        assertThat(store.id()).isEqualTo(id);
        assertThat(get(store.open(task.id()))).hasValueSatisfying(file -> {
            assertThat(file.task()).isEqualTo(task);
            file.close();
        });
    }

    @Test
    void whatWasUnfinishedIsDeletedAtTheNextStart() throws Exception {
        FileTask kept = stored("hello");
        FileTask unfinished = task(5);
        get(get(store.create(unfinished)).append(bytes("01")));
        Path orphan = folder.resolve("files").resolve("ab");
        Files.createDirectories(orphan);
        Files.writeString(
                orphan.resolve(task(1).id().text() + ".info"), "from a commit that did not get to the rename");
        Files.writeString(orphan.resolve(task(1).id().text() + ".info.tmp"), "torn");
        reopen();
        assertThat(names())
                .containsExactly(kept.id().text() + ".data", kept.id().text() + ".info");
    }

    @Test
    void theDescriptionCarriesTheChecksum() throws Exception {
        FileTask task = stored("hello");
        Path info = folder.resolve("files")
                .resolve(task.id().text().substring(0, 2))
                .resolve(task.id().text() + ".info");
        assertThat(FileDescription.read(info).sha256())
                .isEqualTo(Hashing.sha256().hashString("hello", StandardCharsets.US_ASCII));
    }

    @Test
    void aSecondStoreOnTheSameFolderIsRefused() {
        assertThatThrownBy(() -> DiskStore.open(folder, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another file-server uses the folder");
    }

    @Test
    void aTornDescriptionIsAnErrorAndNotAFile() throws Exception {
        FileTask task = stored("hello");
        Path info = folder.resolve("files")
                .resolve(task.id().text().substring(0, 2))
                .resolve(task.id().text() + ".info");
        Files.writeString(info, "id=" + task.id().text());
        assertThatThrownBy(() -> get(store.open(task.id())))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("does not describe a file");
    }
}
