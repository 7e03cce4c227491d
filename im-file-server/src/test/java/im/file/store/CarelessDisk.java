package im.file.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A real disk on which nothing is forced: for tests that are about something else, and would take long. */
final class CarelessDisk implements Disk {
    private final Disk real = new LocalDisk();

    @Override
    public OpenFile create(Path file) throws IOException {
        return new CarelessFile(real.create(file));
    }

    @Override
    public OpenFile open(Path file) throws IOException {
        return new CarelessFile(real.open(file));
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
        real.makeFolder(folder);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        real.move(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        real.delete(path);
    }

    @Override
    public void force(Path folder) {}

    private record CarelessFile(OpenFile file) implements OpenFile {
        @Override
        public void append(ByteBuffer... pieces) throws IOException {
            file.append(pieces);
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void force() {}

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
