package im.file.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.file.transfer.FileStore;
import im.file.transfer.FileTask;
import im.file.transfer.StoredFile;
import im.file.transfer.TaskId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.FileRegion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every store promises. */
abstract class FileStoreContract {
    private static final SecureRandom RANDOM = new SecureRandom();

    abstract FileStore store();

    static FileTask task(long size) {
        return new FileTask(TaskId.random(RANDOM), 1, 4_000_000_000L, "r\u00e9sum\u00e9 = \"1\".txt", size);
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }

    static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    private static String read(StoredFile file, long offset, int length) throws IOException {
        FileRegion region = file.region(offset, length);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (region.transferred() < region.count()) {
            region.transferTo(Channels.newChannel(out), region.transferred());
        }
        region.release();
        return out.toString(StandardCharsets.US_ASCII);
    }

    FileTask stored(String text) throws Exception {
        FileTask task = task(text.length());
        FileStore.Incoming incoming = get(store().create(task));
        get(incoming.append(bytes(text)));
        get(incoming.commit());
        return task;
    }

    @Test
    void givesBackWhatWasCommitted() throws Exception {
        FileTask task = task(10);
        FileStore.Incoming incoming = get(store().create(task));
        get(incoming.append(bytes("01234")));
        get(incoming.append(bytes("56789")));
        get(incoming.commit());
        StoredFile file = get(store().open(task.id())).orElseThrow();
        assertThat(file.task()).isEqualTo(task);
        assertThat(read(file, 0, 10)).isEqualTo("0123456789");
        assertThat(read(file, 4, 3)).isEqualTo("456");
        file.close();
    }

    @Test
    void offersNothingThatWasNotCommitted() throws Exception {
        FileTask task = task(5);
        FileStore.Incoming incoming = get(store().create(task));
        get(incoming.append(bytes("01234")));
        assertThat(get(store().open(task.id()))).isEmpty();
        incoming.abandon();
        assertThat(get(store().open(task.id()))).isEmpty();
    }

    @Test
    void doesNotCommitAFileThatIsNotWhole() throws Exception {
        FileTask task = task(5);
        FileStore.Incoming incoming = get(store().create(task));
        get(incoming.append(bytes("0123")));
        assertThatThrownBy(() -> get(incoming.commit()))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining("4 of 5 bytes");
        assertThat(get(store().open(task.id()))).isEmpty();
        incoming.abandon();
    }

    @Test
    void keepsEmptyFiles() throws Exception {
        StoredFile file = get(store().open(stored("").id())).orElseThrow();
        assertThat(file.task().size()).isZero();
        file.close();
    }

    @Test
    void doesNotKnowOtherIds() throws Exception {
        assertThat(get(store().open(task(1).id()))).isEmpty();
    }

    @Test
    void takesEveryIdOnce() throws Exception {
        FileTask task = task(1);
        FileStore.Incoming first = get(store().create(task));
        assertThatThrownBy(() -> get(store().create(task))).hasCauseInstanceOf(IOException.class);
        first.abandon();
    }

    @Test
    void aFileCanBeReadByManyAtOnceAndRegionsOutliveTheirFile() throws Exception {
        FileTask task = stored("0123456789");
        StoredFile one = get(store().open(task.id())).orElseThrow();
        StoredFile other = get(store().open(task.id())).orElseThrow();
        FileRegion region = one.region(2, 3);
        one.close();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        region.transferTo(Channels.newChannel(out), 0);
        region.release();
        assertThat(out).hasToString("234");
        assertThat(read(other, 0, 10)).isEqualTo("0123456789");
        other.close();
    }
}
