package im.file.transfer;

import com.google.common.hash.Hashing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Room for one file, in memory, where everything that is asked is done in order, one thing at each {@link #step}. */
final class ScriptedStore implements FileStore.Reservation, FileStore.Incoming {
    private final FileTask task;
    private final long committed;
    private final ArrayDeque<Runnable> toDo = new ArrayDeque<>();
    /** What was lent to readers. */
    final List<ByteBuf> lent = new ArrayList<>();
    /** How it ended. */
    final List<String> ends = new ArrayList<>();

    final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private CompletableFuture<FileStore.Incoming> begun;
    boolean hasBegun;
    boolean isCommitted;
    /** What the next thing that is done fails with. */
    IOException failure;

    private boolean torn;

    /** @param there what came of this file before */
    ScriptedStore(FileTask task, byte[] there) {
        this.task = task;
        this.committed = there.length;
        kept.writeBytes(there);
    }

    /** Does what was asked for first; false when there is nothing. */
    boolean step() {
        Runnable next = toDo.poll();
        if (next == null) {
            return false;
        }
        next.run();
        return true;
    }

    private interface Job<T> {
        T done() throws IOException;
    }

    private <T> CompletableFuture<T> later(Job<T> job) {
        CompletableFuture<T> future = new CompletableFuture<>();
        toDo.add(() -> {
            IOException why = failure;
            failure = null;
            try {
                if (why != null) {
                    throw why;
                }
                future.complete(job.done());
            } catch (IOException e) {
                future.completeExceptionally(e);
            }
        });
        return future;
    }

    @Override
    public Instant expiresAt() {
        return Instant.MAX;
    }

    @Override
    public CompletableFuture<FileStore.Incoming> begin() {
        begun = later(() -> {
            hasBegun = true;
            return this;
        });
        return begun;
    }

    @Override
    public void leave(Function<FileStore.Incoming, CompletableFuture<Void>> how) {
        begun.thenCompose(how);
    }

    @Override
    public void release() {
        ends.add("released");
    }

    @Override
    public long committed() {
        return committed;
    }

    @Override
    public CompletableFuture<ByteBuf> read(long offset, int length) {
        return later(() -> {
            int from = Math.toIntExact(offset);
            ByteBuf read = Unpooled.wrappedBuffer(Arrays.copyOfRange(kept.toByteArray(), from, from + length));
            lent.add(read);
            return read;
        });
    }

    @Override
    public CompletableFuture<Void> append(ByteBuf data) {
        CompletableFuture<Void> written = later(() -> {
            if (torn) {
                throw new IOException("it did not take what came before");
            }
            kept.writeBytes(ByteBufUtil.getBytes(data));
            return null;
        });
        return written.whenComplete((nothing, failed) -> {
            torn |= failed != null;
            data.release();
        });
    }

    @Override
    public CompletableFuture<CommittedFile> commit() {
        return later(() -> {
            isCommitted = true;
            return new CommittedFile(task, Hashing.sha256().hashBytes(kept.toByteArray()), Instant.EPOCH, Instant.MAX);
        });
    }

    @Override
    public CompletableFuture<Void> conclude() {
        return ended("concluded");
    }

    @Override
    public CompletableFuture<Void> suspend() {
        return ended("suspended");
    }

    @Override
    public CompletableFuture<Void> abandon() {
        return ended("abandoned");
    }

    private CompletableFuture<Void> ended(String how) {
        ends.add(how);
        return CompletableFuture.completedFuture(null);
    }
}
