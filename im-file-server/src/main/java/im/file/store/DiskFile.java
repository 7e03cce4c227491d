package im.file.store;

import im.file.transfer.CommittedFile;
import im.file.transfer.StoredFile;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.DefaultFileRegion;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open file whose regions share one descriptor, which closes when the last of them is sent. */
final class DiskFile implements StoredFile {
    private static final Logger log = LoggerFactory.getLogger(DiskFile.class);

    private final CommittedFile about;
    private final FileChannel channel;
    private final Users users = new Users();

    DiskFile(CommittedFile about, FileChannel channel) {
        this.about = about;
        this.channel = channel;
    }

    @Override
    public CommittedFile about() {
        return about;
    }

    @Override
    public CompletableFuture<ReferenceCounted> piece(long offset, int length) {
        users.retain();
        return CompletableFuture.completedFuture(new SharedRegion(offset, length));
    }

    /** The bytes of a piece of such a file; the piece is given away. Blocks. */
    static ByteBuf read(ReferenceCounted piece) throws IOException {
        try {
            return ((SharedRegion) piece).read();
        } finally {
            piece.release();
        }
    }

    @Override
    public void close() {
        users.release();
    }

    /** Netty closes the channel of a region that was sent; this one only stops using it. */
    private final class SharedRegion extends DefaultFileRegion {
        SharedRegion(long offset, int length) {
            super(channel, offset, length);
        }

        ByteBuf read() throws IOException {
            int length = Math.toIntExact(count());
            ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(length);
            try {
                while (bytes.readableBytes() < length) {
                    long at = position() + bytes.readableBytes();
                    if (bytes.writeBytes(channel, at, length - bytes.readableBytes()) < 0) {
                        throw new EOFException(about.task() + " ends at " + at);
                    }
                }
                return bytes.retain();
            } finally {
                bytes.release();
            }
        }

        @Override
        protected void deallocate() {
            users.release();
        }
    }

    private final class Users extends AbstractReferenceCounted {
        @Override
        protected void deallocate() {
            try {
                channel.close();
            } catch (IOException e) {
                log.warn("{}: cannot close: {}", about.task(), e.toString());
            }
        }

        @Override
        public ReferenceCounted touch(Object hint) {
            return this;
        }
    }
}
