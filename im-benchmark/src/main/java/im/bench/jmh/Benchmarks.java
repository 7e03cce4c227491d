package im.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs all of them, in less than a minute and a half. */
public final class Benchmarks {
    private static final int WARM_UPS = 3;
    private static final int MEASUREMENTS = 5;

    private Benchmarks() {}

    public static void run() throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include("^im\\.")
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.NANOSECONDS)
                        .forks(1)
                        .warmupIterations(WARM_UPS)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(MEASUREMENTS)
                        .measurementTime(TimeValue.seconds(1))
                        .addProfiler(GCProfiler.class)
                        .jvmArgsAppend("-Dlogback.configurationFile=im-cli-logback.xml")
                        .build())
                .run();
    }
}
