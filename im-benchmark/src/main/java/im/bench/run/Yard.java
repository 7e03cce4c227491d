package im.bench.run;

import im.bench.server.ServerKind;
import im.bench.server.ServerProcess;
import im.bench.wire.Dialer;
import im.bench.wire.Outcome;
import im.bench.wire.Plan;
import im.bench.wire.RelayLoad;
import im.bench.wire.StreamLoad;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** The yardsticks of this machine, ready to be measured. */
public final class Yard implements AutoCloseable {
    public static final String RAW = "raw loopback";
    public static final String TRANSFER_TO = "transferTo";
    public static final String NETTY_STREAM = "Netty relay, 256 KiB, 16 in flight";
    public static final String NETTY_HASHING = "Netty relay, 256 KiB, 16 in flight, sha256 at both ends";
    public static final String DISK = "disk, write and force";

    public static final long FILE_SIZE = 64 << 20;
    private static final int PIECE = 256 << 10;
    private static final long STREAM_WINDOW = 4 << 20;

    private final Dialer dialer;
    private final Path folder;
    private final ServerProcess process;

    private Yard(Dialer dialer, Path folder, ServerProcess process) {
        this.dialer = dialer;
        this.folder = folder;
        this.process = process;
    }

    /** @param folder for the file that is sent, and for what is written to the disk */
    public static Yard open(Dialer dialer, Path folder, List<String> jvmOptions)
            throws IOException, InterruptedException {
        Path file = folder.resolve("yardstick");
        write(file, FILE_SIZE);
        return new Yard(
                dialer,
                folder,
                ServerProcess.start(
                        ServerKind.YARDSTICKS,
                        Map.of("file", file.toString()),
                        jvmOptions,
                        folder.resolve("yardsticks.log")));
    }

    /** A file of {@link #FILE_SIZE}, for who wants to send one. */
    public Path file() {
        return folder.resolve("yardstick");
    }

    private static void write(Path file, long size) throws IOException {
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (long written = 0; written < size; ) {
                ByteBuffer piece = StreamLoad.CONTENT.buffer(written, (int) Math.min(PIECE, size - written));
                written += out.write(piece);
            }
            out.force(true);
        }
    }

    /** Streams of four times as many bytes as this plan has: they are fast, and processor time is counted in hundredths of a second. */
    private static Plan streams(Plan plan) {
        long size = Math.min(FILE_SIZE, plan.totalBytes());
        return new Plan(size, (int) (4 * plan.totalBytes() / size), 1, PIECE, STREAM_WINDOW);
    }

    private Case of(String name, Case.Work work) {
        return new Case(name, Optional.of(process.cost()), work);
    }

    public Case raw(Plan plan) {
        return of(RAW, () -> new StreamLoad(dialer, process.address("raw")).run(streams(plan)));
    }

    public Case transferTo(Plan plan) {
        return of(TRANSFER_TO, () -> new StreamLoad(dialer, process.address("transfer-to")).run(streams(plan)));
    }

    public Case nettyStream(Plan plan) {
        return of(NETTY_STREAM, () -> new RelayLoad(dialer, process.address("netty-relay")).run(streams(plan)));
    }

    /** What is left of that where both ends hash, as our clients do: no relay can be faster between those. */
    public Case nettyHashing(Plan plan) {
        return of(NETTY_HASHING, () -> new RelayLoad(dialer, process.address("netty-relay")).runHashing(streams(plan)));
    }

    /** The frames of this plan itself. */
    public Case nettyRelay(String name, Plan plan) {
        return of(name, () -> new RelayLoad(dialer, process.address("netty-relay")).run(plan));
    }

    /** The same, within the kernel; empty where there is no epoll. */
    public Optional<Case> spliceRelay(String name, Plan plan) {
        return process.port("splice-relay") == null
                ? Optional.empty()
                : Optional.of(of(name, () -> new RelayLoad(dialer, process.address("splice-relay")).run(plan)));
    }

    /** Writes what this plan uploads, file by file, and has the disk take it. */
    public Case disk(Plan plan) {
        return new Case(DISK, Optional.empty(), () -> {
            Histogram files = new Histogram(3);
            long start = System.nanoTime();
            for (int i = 0; i < plan.count(); i++) {
                long begun = System.nanoTime();
                Path file = folder.resolve("written");
                write(file, plan.size());
                files.recordValue(System.nanoTime() - begun);
                Files.delete(file);
            }
            return new Outcome(plan.totalBytes(), System.nanoTime() - start, new Histogram(3), files);
        });
    }

    @Override
    public void close() {
        process.close();
    }
}
