package im.file.s3;

import im.file.transfer.CommittedFile;
import im.file.transfer.StoredFile;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.ReferenceCounted;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An open file that is read in chunks, the next of which is fetched while the one before is sent. When memory for chunks is short only
 * what is asked for is fetched. Thread-safe, but made for one reader who goes from the start to the end.
 */
final class S3File implements StoredFile {
    private final CommittedFile about;
    private final S3Files files;
    private Optional<Chunk> current = Optional.empty();
    private Optional<Chunk> next = Optional.empty();
    private boolean closed;

    S3File(CommittedFile about, S3Files files) {
        this.about = about;
        this.files = files;
    }

    @Override
    public CommittedFile about() {
        return about;
    }

    @Override
    public CompletableFuture<ReferenceCounted> piece(long offset, int length) {
        if (length == 0) {
            return CompletableFuture.completedFuture(Unpooled.EMPTY_BUFFER);
        }
        ByteBuf piece = ByteBufAllocator.DEFAULT.directBuffer(length);
        return fill(piece, offset, length).handle((nothing, failure) -> failure).thenCompose(failure -> {
            if (failure == null) {
                return CompletableFuture.completedFuture(piece);
            }
            piece.release();
            return CompletableFuture.failedFuture(failure);
        });
    }

    private CompletableFuture<Void> fill(ByteBuf piece, long offset, int length) {
        Chunk chunk = use(offset, length);
        int count = (int) Math.min(length, chunk.end() - offset);
        return chunk.fetched()
                .thenRun(() -> piece.writeBytes(chunk.buffer().bytes(), (int) (offset - chunk.from()), count))
                .whenComplete((nothing, failure) -> chunk.buffer().release())
                .thenCompose(nothing -> count == length
                        ? CompletableFuture.completedFuture(null)
                        : fill(piece, offset + count, length - count));
    }

    /** Bytes that are there, or on their way; whoever uses them releases their buffer. */
    private record Chunk(long from, int length, ReadBuffers.Buffer buffer, CompletableFuture<Void> fetched) {
        long end() {
            return from + length;
        }

        boolean has(long offset) {
            return offset >= from && offset < end() && !fetched.isCompletedExceptionally();
        }

        void drop() {
            buffer.release();
        }
    }

    private synchronized Chunk use(long offset, int length) {
        if (current.filter(chunk -> chunk.has(offset)).isEmpty()) {
            current.ifPresent(Chunk::drop);
            current = next;
            next = Optional.empty();
        }
        if (current.filter(chunk -> chunk.has(offset)).isEmpty()) {
            current.ifPresent(Chunk::drop);
            current = Optional.of(fetch(offset, files.buffers().take().orElseGet(() -> ReadBuffers.extra(length))));
        }
        Chunk chunk = current.get();
        chunk.buffer().retain();
        if (closed) {
            dropAll();
        } else if (next.isEmpty() && chunk.end() < task().size()) {
            next = files.buffers().takeAhead().map(buffer -> fetch(chunk.end(), buffer));
        }
        return chunk;
    }

    private Chunk fetch(long from, ReadBuffers.Buffer into) {
        int length = (int) Math.min(into.length(), task().size() - from);
        into.retain();
        CompletableFuture<Void> fetched = files.read(task(), from, length, into.bytes());
        fetched.whenComplete((nothing, failure) -> into.release());
        return new Chunk(from, length, into, fetched);
    }

    private void dropAll() {
        current.ifPresent(Chunk::drop);
        next.ifPresent(Chunk::drop);
        current = Optional.empty();
        next = Optional.empty();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            dropAll();
        }
        files.closed(task());
    }
}
