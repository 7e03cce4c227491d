package im.file.store;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A real disk that writes down every step, so that any number of them can be taken again on a {@link DiskModel}. Thread-safe. */
final class RecordingDisk implements Disk {
    private final Disk real = new LocalDisk();
    private final List<Consumer<DiskModel>> steps = new ArrayList<>();
    private int handles;

    /** How many steps there were so far. */
    synchronized int steps() {
        return steps.size();
    }

    /** Takes the first steps again. */
    synchronized void replay(int first, DiskModel model) {
        steps.subList(0, first).forEach(step -> step.accept(model));
    }

    @Override
    public synchronized OpenFile create(Path file) throws IOException {
        int handle = handles++;
        OpenFile created = real.create(file);
        steps.add(model -> model.create(file, handle));
        return new RecordingFile(created, handle);
    }

    @Override
    public synchronized OpenFile open(Path file) throws IOException {
        int handle = handles++;
        OpenFile opened = real.open(file);
        steps.add(model -> model.open(file, handle));
        return new RecordingFile(opened, handle);
    }

    @Override
    public synchronized void makeFolder(Path folder) throws IOException {
        real.makeFolder(folder);
        steps.add(model -> model.makeFolder(folder));
    }

    @Override
    public synchronized void move(Path from, Path to) throws IOException {
        real.move(from, to);
        steps.add(model -> model.move(from, to));
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        real.delete(path);
        steps.add(model -> model.delete(path));
    }

    @Override
    public synchronized void force(Path folder) throws IOException {
        real.force(folder);
        steps.add(model -> model.force(folder));
    }

    private final class RecordingFile implements OpenFile {
        private final OpenFile file;
        private final int handle;

        RecordingFile(OpenFile file, int handle) {
            this.file = file;
            this.handle = handle;
        }

        @Override
        public void append(ByteBuffer... pieces) throws IOException {
            synchronized (RecordingDisk.this) {
                byte[] copy = ByteBufUtil.getBytes(Unpooled.wrappedBuffer(pieces));
                file.append(pieces);
                steps.add(model -> model.append(handle, copy));
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (RecordingDisk.this) {
                file.truncate(size);
                steps.add(model -> model.truncate(handle, size));
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (RecordingDisk.this) {
                file.force();
                steps.add(model -> model.force(handle));
            }
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            file.read(into, position);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
