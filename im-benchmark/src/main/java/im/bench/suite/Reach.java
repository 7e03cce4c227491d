package im.bench.suite;

import im.bench.report.Figures;
import im.bench.report.Table;
import im.bench.run.IdleConnections;
import im.bench.run.MessageSamples;
import im.bench.run.Ratio;
import im.bench.run.Samples;
import im.bench.run.Yard;
import im.bench.server.Profile;
import java.util.Comparator;
import java.util.Map;

/** What was to be reached, and what was. */
final class Reach {
    private static final double KIB = 1024;
    private static final double IDLE_KIB = 20;
    static final double MESSAGES_PER_SECOND = 5000;
    private static final double MESSAGE_MILLIS = 100;
    private static final double P99 = 99;
    private static final double LARGEST_METHOD = 0.05;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Map<String, Samples> cases;
    private final Table table = new Table("case", "against", "wanted", "reached", "");

    private Reach(Map<String, Samples> cases) {
        this.cases = cases;
    }

    static Table of(Findings findings) {
        Reach reach = new Reach(findings.cases());
        reach.original(Suite.ONLINE, Original.ONLINE, 1.3, 0.9);
        reach.original(Suite.ONLINE_32, Original.ONLINE_32, 1.2, 0.9);
        reach.yardstick(Suite.OWN_CLIENTS, Yard.NETTY_STREAM, 0.6);
        reach.yardstick(Suite.ONLINE_WINDOW, Yard.NETTY_STREAM, 0.6);
        reach.original(Suite.UPLOAD, Original.UPLOAD, 2, 0.7);
        reach.original(Suite.UPLOAD_IN_MEMORY, Original.UPLOAD, 2, 0.7);
        reach.yardstick(Suite.DOWNLOAD, Yard.TRANSFER_TO, 0.7);
        reach.transfers(Suite.SMALL_ONLINE, Original.SMALL_ONLINE);
        reach.transfers(Suite.SMALL_UPLOAD, Original.SMALL_UPLOAD);
        reach.transfers(Suite.SMALL_UPLOAD_IN_MEMORY, Original.SMALL_UPLOAD);
        reach.transfers(Suite.SMALL_DOWNLOAD, Original.SMALL_DOWNLOAD);
        reach.profiles(findings.profiles());
        findings.messages().forEach(reach::messages);
        reach.idle(findings.idle().had());
        return reach.table;
    }

    /** What counts is how much of the splice relay's throughput each reaches, on its machine. */
    private void original(String name, Original there, double throughput, double cpu) {
        Samples splice = cases.get(Suite.SPLICE);
        if (splice != null) {
            Samples ours = cases.get(name);
            atLeast(
                    name,
                    "C++ original, MB/s",
                    throughput,
                    ours.throughputOver(splice).dividedBy(there.perSecond() / Original.SPLICE.perSecond()));
            atMost(name, "C++ original, CPU", cpu, ours.cpuOver(splice).dividedBy(there.cpu() / Original.SPLICE.cpu()));
        }
    }

    private void transfers(String name, Original there) {
        Samples splice = cases.get(Suite.SPLICE);
        if (splice != null) {
            Samples ours = cases.get(name);
            double megabytes = there.perSecond() * ours.megabytesPerSecond() / ours.transfersPerSecond();
            atLeast(
                    name,
                    "C++ original, transfers/s",
                    1.5,
                    ours.throughputOver(splice).dividedBy(megabytes / Original.SPLICE.perSecond()));
        }
    }

    private void yardstick(String name, String yardstick, double wanted) {
        atLeast(name, yardstick, wanted, cases.get(name).throughputOver(cases.get(yardstick)));
    }

    private void profiles(Map<String, Profile> profiles) {
        profiles.values().stream()
                .map(Profile::largestOfOurs)
                .max(Comparator.comparingDouble(Profile.Frame::share))
                .ifPresent(largest -> row(
                        "hot path, the largest method of ours",
                        "all processor time",
                        "≤ 5 %",
                        Figures.percent(largest.share()),
                        largest.share() <= LARGEST_METHOD));
    }

    private void messages(String name, MessageSamples samples) {
        double perSecond = samples.saturatedPerSecond();
        row("messages, " + name, "–", "≥ 5,000/s", Figures.number(perSecond) + "/s", perSecond >= MESSAGES_PER_SECOND);
        double millis = samples.halfTimes().getValueAtPercentile(P99) / NANOS_PER_MILLI;
        row(
                "messages, " + name + ", at " + Figures.number(samples.halfPerSecond()) + "/s",
                "–",
                "p99 ≤ 100 ms",
                Figures.number(millis) + " ms",
                millis <= MESSAGE_MILLIS);
    }

    private void idle(IdleConnections idle) {
        String name = idle.connections() + " idle connections";
        Ratio kib = idle.bytes().dividedBy(KIB);
        row(
                name,
                "–",
                "≤ 20 KiB",
                Figures.number(kib.median()) + " KiB ± " + Figures.percent(kib.spread()),
                kib.median() <= IDLE_KIB);
    }

    private void atLeast(String name, String against, double wanted, Ratio reached) {
        row(name, against, "≥ " + wanted + " ×", Figures.ratio(reached), reached.median() >= wanted);
    }

    private void atMost(String name, String against, double wanted, Ratio reached) {
        row(name, against, "≤ " + wanted + " ×", Figures.ratio(reached), reached.median() <= wanted);
    }

    private void row(String name, String against, String wanted, String reached, boolean enough) {
        table.row(name, against, wanted, reached, enough ? "yes" : "**no**");
    }
}
