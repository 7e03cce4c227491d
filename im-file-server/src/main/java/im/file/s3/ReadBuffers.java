package im.file.s3;

import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import java.util.ArrayDeque;
import java.util.Optional;

/** The memory for what downloads read ahead, in chunks that are used again. Thread-safe. */
final class ReadBuffers {
    static final int CHUNK = 1 << 20;

    private final int chunks;
    private final ArrayDeque<byte[]> unused = new ArrayDeque<>();
    private int taken;

    /** @param bytes of all chunks together, of which there is at least one */
    ReadBuffers(long bytes) {
        this.chunks = (int) Math.max(1, bytes / CHUNK);
    }

    /** A chunk, if there is one that nobody has. */
    synchronized Optional<Buffer> take() {
        return taken < chunks ? Optional.of(given()) : Optional.empty();
    }

    /** A chunk for something that is not needed yet: only while there is plenty. */
    synchronized Optional<Buffer> takeAhead() {
        return taken < chunks / 2 ? Optional.of(given()) : Optional.empty();
    }

    private Buffer given() {
        taken++;
        byte[] used = unused.poll();
        return new Buffer(used == null ? new byte[CHUNK] : used, this);
    }

    /** Memory besides these, for one piece that has to be read now. */
    static Buffer extra(int length) {
        return new Buffer(new byte[length], null);
    }

    private synchronized void giveBack(byte[] bytes) {
        taken--;
        unused.add(bytes);
    }

    synchronized int taken() {
        return taken;
    }

    /** Given back when it is released. */
    static final class Buffer extends AbstractReferenceCounted {
        private final byte[] bytes;
        private final ReadBuffers owner;

        private Buffer(byte[] bytes, ReadBuffers owner) {
            this.bytes = bytes;
            this.owner = owner;
        }

        byte[] bytes() {
            return bytes;
        }

        int length() {
            return bytes.length;
        }

        @Override
        protected void deallocate() {
            if (owner != null) {
                owner.giveBack(bytes);
            }
        }

        @Override
        public ReferenceCounted touch(Object hint) {
            return this;
        }
    }
}
