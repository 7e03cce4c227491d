package im.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.DefaultByteBufHolder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Some bytes of a file, on their way from one thread to another. */
final class Piece extends DefaultByteBufHolder {
    private final long offset;
    private final int length;

    /** @param data given away */
    Piece(long offset, ByteBuf data) {
        super(data);
        this.offset = offset;
        this.length = data.readableBytes();
    }

    long offset() {
        return offset;
    }

    int length() {
        return length;
    }

    static long length(List<Piece> pieces) {
        return pieces.stream().mapToLong(Piece::length).sum();
    }

    /**
     * The bytes of some. They may be slices of what the event loop still reads into: a buffer's own ways to a channel use the one NIO view
     * that all its slices share, so another thread takes views of its own.
     */
    static ByteBuffer[] buffers(List<Piece> pieces) {
        return pieces.stream()
                .flatMap(piece -> Arrays.stream(piece.content().nioBuffers()))
                .toArray(ByteBuffer[]::new);
    }
}
