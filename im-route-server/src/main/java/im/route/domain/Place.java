package im.route.domain;

import java.util.function.Predicate;

/**
 * A msg-server at which one user is, and with how many clients of each kind. They are counted because a new client is reported
 * before the one that it replaces has gone.
 */
final class Place<S extends MsgServer> {
    private static final ClientKind[] KINDS = ClientKind.values();

    private final S server;
    private final int[] counts = new int[KINDS.length];

    Place(S server) {
        this.server = server;
    }

    S server() {
        return server;
    }

    void came(ClientKind kind) {
        counts[kind.ordinal()]++;
    }

    /** @return false when there is no such client */
    boolean went(ClientKind kind) {
        if (counts[kind.ordinal()] == 0) {
            return false;
        }
        counts[kind.ordinal()]--;
        return true;
    }

    boolean isEmpty() {
        return !has(kind -> true);
    }

    boolean has(Predicate<ClientKind> wanted) {
        for (ClientKind kind : KINDS) {
            if (counts[kind.ordinal()] > 0 && wanted.test(kind)) {
                return true;
            }
        }
        return false;
    }
}
