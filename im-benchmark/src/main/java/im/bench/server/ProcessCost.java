package im.bench.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/** What a process of this machine uses. Memory is known where there is {@code /proc}. */
public final class ProcessCost {
    private static final String RESET_PEAK = "5";

    private final ProcessHandle process;
    private final Path proc;

    public ProcessCost(ProcessHandle process) {
        this.process = process;
        this.proc = Path.of("/proc", String.valueOf(process.pid()));
    }

    /** Processor time since its start, of all its threads. */
    public Duration cpu() throws IOException {
        return process.info()
                .totalCpuDuration()
                .orElseThrow(() -> new IOException("process " + process.pid() + " is gone, or its times are hidden"));
    }

    /** Bytes of memory that are in use now. */
    public OptionalLong memory() throws IOException {
        return status("VmRSS:");
    }

    /** The most that it was since {@link #forgetPeak}. */
    public OptionalLong peakMemory() throws IOException {
        return status("VmHWM:");
    }

    public void forgetPeak() throws IOException {
        Path file = proc.resolve("clear_refs");
        if (Files.isWritable(file)) {
            Files.writeString(file, RESET_PEAK);
        }
    }

    private OptionalLong status(String key) throws IOException {
        Path file = proc.resolve("status");
        if (!Files.isReadable(file)) {
            return OptionalLong.empty();
        }
        return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst();
    }
}
