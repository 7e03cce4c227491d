package im.e2e;

import im.client.ClientListener;
import im.client.ImClient;
import im.launcher.Topology;
import im.testkit.Eventually;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** With two route-servers. */
class ClusterIT extends MsgServersAsOne {
    @Override
    Topology startMiddle() {
        return new Topology(2, 2, 2, Optional.empty());
    }

    @Override
    void stopMiddle() {}

    @Override
    Map<String, String> settings() {
        return Map.of();
    }

    @Test
    void eitherRouteServerCanBeLost() throws Exception {
        ImClient alice = login("alice", 0, ClientListener.NONE);
        ImClient bob = login("bob", 1, ClientListener.NONE);
        awaitSeen(alice, bob);
        stack().routeServers().get(0).close();
        awaitSeen(alice, bob);
        awaitSeen(bob, alice);
        ImClient carol = login("carol", 1, ClientListener.NONE);
        awaitSeen(alice, carol);
        carol.close();
        Eventually.until(
                "alice sees carol leave", () -> !isOnline(alice, carol.self().id()));
    }
}
