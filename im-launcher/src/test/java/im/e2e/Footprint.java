package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.e2e.ProcessCluster.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a process of a server takes, in bytes.
 *
 * @param resident of the machine's memory
 * @param heap what is reachable in it
 * @param buffers outside of the heap: pieces that Netty's allocator has taken, and direct buffers of others
 */
record Footprint(long resident, long heap, long buffers) {
    /** How much more than at first it may be in the end. A leak of a few bytes for each message or block is far beyond it after an hour. */
    private static final double GROWTH = 1.25;

    private static final long SLACK = 16 << 20;

    /** Collects the garbage first. Linux only. */
    static Footprint of(ProcessCluster cluster, Member member) throws Exception {
        long pid = cluster.process(member).pid();
        collectGarbage(pid);
        List<String> meters = cluster.metrics(member).lines().toList();
        return new Footprint(
                resident(pid),
                sum(meters, "jvm_memory_used_bytes{area=\"heap\""),
                sum(meters, "netty_allocator_memory_used{")
                        + sum(meters, "jvm_buffer_memory_used_bytes{id=\"direct\""));
    }

    private static void collectGarbage(long pid) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process collects = new ProcessBuilder(jcmd, String.valueOf(pid), "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(collects.waitFor()).as("exit code of jcmd").isZero();
    }

    private static long resident(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    private static long sum(List<String> meters, String start) {
        return (long) meters.stream()
                .filter(line -> line.startsWith(start))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** Compares the medians of the last third and the first. */
    static void assertFlat(String what, List<Footprint> samples) {
        assertThat(samples).as("samples of " + what).hasSizeGreaterThanOrEqualTo(6);
        assertFlat(what + ": resident", samples, Footprint::resident);
        assertFlat(what + ": heap", samples, Footprint::heap);
        assertFlat(what + ": buffers", samples, Footprint::buffers);
    }

    private static void assertFlat(String what, List<Footprint> samples, ToLongFunction<Footprint> of) {
        int third = samples.size() / 3;
        long first = median(samples.subList(0, third), of);
        long last = median(samples.subList(samples.size() - third, samples.size()), of);
        assertThat(last)
                .as(what + " in the last third; in the first " + first)
                .isLessThan((long) (GROWTH * first) + SLACK);
    }

    private static long median(List<Footprint> samples, ToLongFunction<Footprint> of) {
        return samples.stream()
                .mapToLong(of)
                .sorted()
                .skip(samples.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public String toString() {
        return mib(resident) + " MiB resident, " + mib(heap) + " heap, " + mib(buffers) + " buffers";
    }

    private static String mib(long bytes) {
        return String.format("%.1f", bytes / 1048576.0);
    }
}
