package im.bench;

import im.bench.wire.MessagePlan;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is written to whom with {@code --mode message}. */
final class MessageOptions {
    private static final String DEFAULT = "; messages only (default: ${DEFAULT-VALUE})";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--pairs",
            defaultValue = "200",
            description = "users who write, and as many who read, each of one" + DEFAULT)
    private int pairs;

    @Option(
            names = "--msg-servers",
            defaultValue = "2",
            description = "1, or 2: one to write at, one to read at" + DEFAULT)
    private int msgServers;

    @Option(
            names = "--message",
            defaultValue = "100",
            converter = Amounts.Bytes.class,
            description = "the size of each" + DEFAULT)
    private long size;

    @Option(
            names = "--duration",
            defaultValue = "5s",
            converter = Amounts.Time.class,
            description = "of each round" + DEFAULT)
    private Duration duration;

    MessagePlan plan() {
        if (msgServers < 1 || msgServers > 2) {
            throw new ParameterException(command.commandLine(), "1 or 2 msg-servers, not " + msgServers);
        }
        try {
            return new MessagePlan(pairs, Math.toIntExact(size));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ParameterException(command.commandLine(), e.getMessage());
        }
    }

    int msgServers() {
        return msgServers;
    }

    Duration duration() {
        return duration;
    }

    String name() {
        return "message, " + pairs + " pairs, " + msgServers + " msg-server" + (msgServers == 1 ? "" : "s");
    }

    Map<String, Object> json() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("mode", "message");
        values.put("pairs", pairs);
        values.put("msgServers", msgServers);
        values.put("size", size);
        values.put("durationMillis", duration.toMillis());
        return values;
    }
}
