package im.bench.suite;

import im.bench.run.IdleConnections;
import im.bench.run.MessageSamples;
import im.bench.run.Samples;
import im.bench.server.Profile;
import im.bench.tls.TlsCost;
import java.util.Map;

/**
 * What a suite has found out.
 *
 * @param cases by name
 * @param profiles by case, of some of them; none where that cannot be found out
 * @param sweep by kind and by the number of transfers at a time
 * @param messages by case
 */
record Findings(
        Map<String, Samples> cases,
        Map<String, Profile> profiles,
        Map<String, Map<Integer, Samples>> sweep,
        Idle idle,
        Map<String, MessageSamples> messages,
        TlsCost tls) {
    /** @param wanted connections that there should have been */
    record Idle(int wanted, IdleConnections had) {}
}
