package im.bench.server;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the processor was, of all the time that it had for a server, but for what the JVM needed to compile that: it has less and less
 * of it to do.
 *
 * @param samples how often it was looked
 * @param compiling how many times as often it was compiling
 * @param frames the innermost of each stack, those first that were seen most
 */
public record Profile(long samples, double compiling, List<Frame> frames) {
    private static final String COMPILING = "JVM, compiling";
    private static final Pattern COMPILER = Pattern.compile("^\\[C[12N] CompilerThre.*");
    private static final Pattern COLLECTOR = Pattern.compile("^\\[(GC Thread|G1 |VM Thread).*");
    /** Classes that the JVM makes have a number and an address. */
    private static final Pattern MADE = Pattern.compile("\\$\\$Lambda[^.]*\\.(0x\\w+\\.)?");

    /**
     * What was being done.
     *
     * @param name of a method, with its class, or of a function below Java
     * @param isOurs whether it is a method of this project, and not of what it uses
     * @param share of that processor time, without what it calls
     */
    public record Frame(String name, boolean isOurs, double share) {}

    /** @param stacks as a profiler writes them: thread, frames and a count, with semicolons and a blank in between */
    static Profile of(Stream<String> stacks) {
        Map<String, Long> counts = new TreeMap<>(stacks.map(line -> line.split(" (?=\\d+$)"))
                .collect(Collectors.groupingBy(
                        stack -> innermost(stack[0]), Collectors.summingLong(stack -> Long.parseLong(stack[1])))));
        long compiling = Optional.ofNullable(counts.remove(COMPILING)).orElse(0L);
        long samples = counts.values().stream().mapToLong(Long::longValue).sum();
        Function<Map.Entry<String, Long>, Frame> frame = entry -> new Frame(
                readable(entry.getKey()), entry.getKey().startsWith("im/"), (double) entry.getValue() / samples);
        return new Profile(
                samples,
                (double) compiling / Math.max(1, samples),
                counts.entrySet().stream()
                        .map(frame)
                        .sorted(Comparator.comparingDouble(Frame::share).reversed())
                        .toList());
    }

    /** What serves the JVM itself counts as one. */
    private static String innermost(String stack) {
        if (COMPILER.matcher(stack).matches()) {
            return COMPILING;
        }
        if (COLLECTOR.matcher(stack).matches()) {
            return "JVM, collecting garbage";
        }
        return MADE.matcher(stack.substring(stack.lastIndexOf(';') + 1)).replaceFirst("\\$lambda.");
    }

    private static String readable(String frame) {
        return frame.contains("/") && frame.contains(".") ? frame.substring(frame.lastIndexOf('/') + 1) : frame;
    }

    /** All methods of this project together. */
    public double ours() {
        return frames.stream().filter(Frame::isOurs).mapToDouble(Frame::share).sum();
    }

    /** That method of this project which was seen most. */
    public Frame largestOfOurs() {
        return frames.stream().filter(Frame::isOurs).findFirst().orElse(new Frame("–", true, 0));
    }
}
