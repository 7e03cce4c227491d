package im.e2e;

import im.testkit.TestCertificates;
import im.testkit.TestCertificates.Pair;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What gives a whole deployment TLS, on every port and link. */
final class CertificatesOfServers {
    private CertificatesOfServers() {}

    /**
     * Settings by full key: one certificate for all ports for clients, and one for each kind of server between them.
     *
     * @param forServers their own CA
     */
    static Map<String, String> settings(TestCertificates forClients, TestCertificates forServers) throws IOException {
        Pair shown = forClients.forLoopback("front");
        Map<String, String> settings = new HashMap<>();
        for (String server : List.of("msg-server", "file-server", "login-server")) {
            set(settings, server + ".tls.client-ports", shown);
        }
        for (String server : List.of("msg-server", "file-server", "login-server", "route-server", "db-proxy")) {
            set(settings, server + ".tls.between-servers", forServers.forLoopback(server));
            settings.put(server + ".tls.between-servers.ca", forServers.ca().toString());
        }
        return settings;
    }

    private static void set(Map<String, String> settings, String block, Pair shown) {
        settings.put(block + ".certificate", shown.certificate().toString());
        settings.put(block + ".key", shown.key().toString());
    }
}
