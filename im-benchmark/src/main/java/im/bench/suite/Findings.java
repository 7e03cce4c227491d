package im.bench.suite;

import im.bench.run.MessageSamples;
import im.bench.run.Samples;
import java.util.Map;

/**
 * What a suite has found out.
 *
 * @param cases by name
 * @param sweep by kind and by the number of transfers at a time
 * @param messages by case
 */
record Findings(
        Map<String, Samples> cases,
        Map<String, Map<Integer, Samples>> sweep,
        Idle idle,
        Map<String, MessageSamples> messages) {
    /**
     * @param wanted connections that there should have been
     * @param bytes of the process, for each connection, after a garbage collection
     * @param bytesUncollected the same before that
     * @param loginsPerSecond while they came
     */
    record Idle(int wanted, int connections, double bytes, double bytesUncollected, double loginsPerSecond) {}
}
