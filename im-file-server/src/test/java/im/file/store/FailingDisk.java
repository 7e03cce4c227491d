package im.file.store;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A real disk, on which nothing is forced, that fails when it is told to. Thread-safe. */
public final class FailingDisk implements Disk {
    /** How it fails. */
    public enum Fault {
        /** One step is not taken. */
        ONCE,
        /** One step is taken, and reported as failed all the same. */
        ONCE_AFTERWARDS,
        /** From one step on nothing can be done that needs room, and a write is cut short. */
        FULL,
        /** From one step on nothing can be done. */
        BROKEN
    }

    private interface Step<T> {
        T take() throws IOException;
    }

    private final Disk real = new CarelessDisk();
    private final AtomicInteger open = new AtomicInteger();
    private Fault fault = Fault.ONCE;
    private int stepsLeft = Integer.MAX_VALUE;
    private boolean failed;
    private volatile CountDownLatch readable = new CountDownLatch(0);

    /** From now on whoever reads from it waits until this is counted down. */
    public CountDownLatch holdReads() {
        readable = new CountDownLatch(1);
        return readable;
    }

    /** From now on it fails at this step, which is the first one if that is 1. */
    public synchronized void failAt(int step, Fault how) {
        stepsLeft = step;
        fault = how;
        failed = false;
    }

    /** From now on it works. */
    public synchronized void heal() {
        stepsLeft = Integer.MAX_VALUE;
    }

    /** Whether it has come to the step at which it fails. */
    public synchronized boolean hasFailed() {
        return failed;
    }

    /** How many files are open now. */
    public int openFiles() {
        return open.get();
    }

    private synchronized boolean isFaulty(boolean needsRoom) {
        if (stepsLeft > 0) {
            stepsLeft -= stepsLeft == Integer.MAX_VALUE ? 0 : 1;
            if (stepsLeft > 0) {
                return false;
            }
            failed = true;
            return fault != Fault.FULL || needsRoom;
        }
        return fault == Fault.BROKEN || fault == Fault.FULL && needsRoom;
    }

    private <T> T take(boolean needsRoom, Object what, Step<T> step) throws IOException {
        if (!isFaulty(needsRoom)) {
            return step.take();
        }
        if (fault == Fault.ONCE_AFTERWARDS) {
            T result = step.take();
            if (result instanceof OpenFile file) {
                file.close();
            }
        }
        throw failure(what);
    }

    private IOException failure(Object what) {
        return new FileSystemException(
                what.toString(), null, fault == Fault.FULL ? "No space left on device" : "Input/output error");
    }

    private interface Change {
        void make() throws IOException;
    }

    private void change(boolean needsRoom, Object what, Change change) throws IOException {
        take(needsRoom, what, () -> {
            change.make();
            return null;
        });
    }

    @Override
    public OpenFile create(Path file) throws IOException {
        return take(true, file, () -> new FailingFile(file, real.create(file)));
    }

    @Override
    public OpenFile open(Path file) throws IOException {
        return take(false, file, () -> new FailingFile(file, real.open(file)));
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
        change(true, folder, () -> real.makeFolder(folder));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        change(false, from, () -> real.move(from, to));
    }

    @Override
    public void delete(Path path) throws IOException {
        change(false, path, () -> real.delete(path));
    }

    @Override
    public void force(Path folder) throws IOException {
        change(true, folder, () -> real.force(folder));
    }

    private final class FailingFile implements OpenFile {
        private final Path path;
        private final OpenFile file;

        FailingFile(Path path, OpenFile file) {
            this.path = path;
            this.file = file;
            open.incrementAndGet();
        }

        @Override
        public void append(ByteBuffer... pieces) throws IOException {
            try {
                change(true, path, () -> file.append(pieces));
            } catch (IOException e) {
                if (fault == Fault.FULL) {
                    ByteBuffer first = pieces[0];
                    file.append(first.slice(first.position(), first.remaining() / 2));
                }
                throw e;
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            change(false, path, () -> file.truncate(size));
        }

        @Override
        public void force() throws IOException {
            change(true, path, file::force);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            Uninterruptibles.awaitUninterruptibly(readable);
            change(false, path, () -> file.read(into, position));
        }

        @Override
        public void close() throws IOException {
            open.decrementAndGet();
            file.close();
        }
    }
}
