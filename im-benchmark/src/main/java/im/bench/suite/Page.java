package im.bench.suite;

import im.bench.report.Figures;
import im.bench.report.MessageFigures;
import im.bench.report.Plot;
import im.bench.report.ProfileFigures;
import im.bench.report.Table;
import im.bench.report.TlsFigures;
import im.bench.run.Case;
import im.bench.run.IdleConnections;
import im.bench.run.Samples;
import im.bench.run.Yard;
import im.bench.tls.TlsCost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Writes what was found, as a page with plots beside it. */
final class Page {
    static final String NAME = "benchmarks.md";
    private static final String PLOTS = "benchmarks";
    private static final double KIB = 1024;

    private Page() {}

    /** @param folder gets {@code benchmarks.md} and a folder of plots */
    static void write(Extent extent, Machine machine, Findings findings, Path folder) throws IOException {
        Path plots = Files.createDirectories(folder.resolve(PLOTS));
        Files.writeString(
                plots.resolve("throughput.svg"),
                plot(findings, "Throughput, files of 1 MiB", "MB/s", Samples::megabytesPerSecond));
        Files.writeString(
                plots.resolve("cost.svg"),
                plot(findings, "Cost, files of 1 MiB", "CPU seconds of the server per GiB", Samples::cpuPerGibibyte));
        Files.writeString(folder.resolve(NAME), text(extent, machine, findings));
    }

    private static String plot(Findings findings, String title, String up, ToDoubleFunction<Samples> figure) {
        Plot plot = new Plot(title, "transfers at a time", up);
        findings.sweep().forEach((kind, points) -> {
            Map<Integer, Double> line = new LinkedHashMap<>();
            points.forEach((concurrency, samples) -> line.put(concurrency, figure.applyAsDouble(samples)));
            plot.line(kind, line);
        });
        return plot.svg();
    }

    private static String text(Extent extent, Machine machine, Findings findings) {
        IdleConnections idle = findings.idle().had();
        return """
                # Benchmarks

                Written by `bin/im bench --suite`; do not edit. %s, commit %s, %s × %s, %,d MiB of memory, %s, %s.

                Client and server share this machine: each server is a process of its own, with the settings and the JVM options that it has without any, and one process with one event
                loop plays all clients. Everything goes over loopback; every byte is checked. Cases take turns in up to %d rounds, after each has run for %d seconds to warm up, and our own clients and small uploads for %d, which need much of the JVM's compiler; a figure is the median of the rounds,
                and a ratio is taken within each round. What else runs on a machine changes absolute figures from hour to hour: **compare ratios only**.

                ± is half of the range of the rounds; of three rounds 1.4 times, and of two 3.4 times as much. If nothing but chance is between them, two runs of this suite differ by no more than both spreads together in 19 of 20 figures.
                What has no ± is of all rounds: processor time varies from run to run about as throughput does, the times of the slowest percent by up to a half, the very longest time several times over, and peak memory
                by two thirds, for it is when the JVM collects its garbage that decides.

                MB are millions of bytes. CPU is user and system time of the server's process. "64 MiB × 1" are files of 64 MiB, one at a time; a block is 32 KiB, and one is in flight, where
                nothing else is said. The window of an upload is 4 MiB. Our own clients hash what they send and what they get, and put it into a folder in memory; a disk would be what is measured. What this
                machine could do at all with a sha256 at both ends is measured too: by a plain Netty relay whose load hashes what it sends and what it gets, each on a thread of its own.

                ## What was to be reached

                The C++ servers of this protocol cannot be run here. Their figures come from a machine on which a splice relay carried 439 MB/s of blocks of 32 KiB, one at a time, for 1.25 CPU seconds per
                GiB; they are brought here by what that very relay does in this run.

                %s
                ## All cases

                %s
                ## Ratios to the limits of the machine

                %s
                ## Where the processor time goes

                The innermost frame of each stack of the server's threads, looked at by their processor time under the load of a case, as `bin/im bench --profile` does for any load. "Ours" are methods of this project;
                the rest is the JVM, Netty, and what moves or hashes bytes: system calls and the JVM's own routines. What the JVM spends on compiling comes on top.

                %s
                ## From one transfer to two thousand

                Files of 1 MiB, of which each transfer asks for one block at a time. There are up to %d rounds.

                ![throughput](benchmarks/throughput.svg)

                ![cost](benchmarks/cost.svg)

                %s
                ## Messages

                %d users write to as many others, 100 bytes at a time, and each is acknowledged when the database has forced it to disk; the database, a MariaDB, is on this machine too. First everybody writes
                the next as soon as the last was stored and delivered; then messages are due at half the rate that came of that, or at 2,500/s if that is less, and the time to delivery counts from when they were due.

                %s
                What a message costs while everybody writes, in each process:

                %s
                ## TLS

                Two file-servers get the same loads in turns, and one of them speaks TLS with its clients; what is stored is in memory. TLS is that of %s. Files are of %d MiB, one at a time. The one
                event loop of all clients encrypts and decrypts too, for a relay both, and so limits the throughput: what a server pays is its CPU. A handshake is a whole one, with a key of P-256, and the connection ends after it.

                %s
                %s
                ## Idle connections

                %,d users on mobiles, logged in to one msg-server and silent (%,d were wanted): %s KiB ± %s of its process memory each, after a garbage collection. They came in steps, of which the first does not count,
                and ± is half of the range of the others. Its JVM keeps at most a tenth of its heap free here; by itself it keeps up to twice of what is in use, as it happens. They logged in at %s a second.
                """.formatted(
                        LocalDate.now(),
                        machine.commit(),
                        machine.cores(),
                        machine.processor(),
                        machine.memoryMebibytes(),
                        machine.system(),
                        machine.java(),
                        extent.rounds(),
                        extent.warmUp().toSeconds(),
                        extent.warmUp().multipliedBy(Case.SLOW).toSeconds(),
                        Reach.of(findings).markdown(),
                        Figures.table(findings.cases()).markdown(),
                        ratios(findings.cases()).markdown(),
                        ProfileFigures.summary(findings.profiles()).markdown(),
                        extent.sweepRounds(),
                        sweep(findings).markdown(),
                        extent.pairs(),
                        MessageFigures.table(findings.messages()).markdown(),
                        MessageFigures.costs(findings.messages()).markdown(),
                        TlsCost.provider(),
                        extent.tls().mebibytes(),
                        TlsFigures.loads(findings.tls()).markdown(),
                        TlsFigures.connections(findings.tls()).markdown(),
                        idle.connections(),
                        findings.idle().wanted(),
                        Figures.number(idle.bytes().median() / KIB),
                        Figures.percent(idle.bytes().spread()),
                        Figures.number(idle.loginsPerSecond()));
    }

    private static Table ratios(Map<String, Samples> cases) {
        Table table = new Table("case", "limit", "throughput", "CPU");
        ratio(table, cases, Suite.ONLINE, Suite.NETTY);
        ratio(table, cases, Suite.ONLINE, Suite.SPLICE);
        ratio(table, cases, Suite.ONLINE_32, Suite.NETTY_32);
        ratio(table, cases, Suite.ONLINE_32, Suite.SPLICE_32);
        ratio(table, cases, Suite.ONLINE_WINDOW, Yard.NETTY_STREAM);
        ratio(table, cases, Suite.OWN_CLIENTS, Yard.NETTY_STREAM);
        ratio(table, cases, Yard.NETTY_HASHING, Yard.NETTY_STREAM);
        ratio(table, cases, Suite.OWN_CLIENTS, Yard.NETTY_HASHING);
        ratio(table, cases, Suite.UPLOAD, Yard.DISK);
        ratio(table, cases, Suite.UPLOAD_IN_MEMORY, Yard.RAW);
        ratio(table, cases, Suite.DOWNLOAD, Yard.TRANSFER_TO);
        ratio(table, cases, Suite.DOWNLOAD_SINGLE, Yard.TRANSFER_TO);
        return table;
    }

    private static void ratio(Table table, Map<String, Samples> cases, String name, String limit) {
        if (cases.containsKey(limit)) {
            Samples ours = cases.get(name);
            Samples theirs = cases.get(limit);
            table.row(name, limit, Figures.ratio(ours.throughputOver(theirs)), Figures.ratio(ours.cpuOver(theirs)));
        }
    }

    private static Table sweep(Findings findings) {
        Table table = new Table("what", "at a time", "MB/s", "±", "transfers/s", "CPU s/GiB", "peak MiB");
        findings.sweep()
                .forEach((kind, points) -> points.forEach((concurrency, samples) -> table.row(
                        kind,
                        String.valueOf(concurrency),
                        Figures.number(samples.megabytesPerSecond()),
                        Figures.percent(samples.spread()),
                        Figures.number(samples.transfersPerSecond()),
                        Figures.number(samples.cpuPerGibibyte()),
                        Figures.number(samples.peakMebibytes()))));
        return table;
    }
}
