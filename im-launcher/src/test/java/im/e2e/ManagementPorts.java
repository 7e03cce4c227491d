package im.e2e;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Settings for servers that run beside others. */
final class ManagementPorts {
    private ManagementPorts() {}

    /** Every server takes a free one. */
    static Map<String, String> free() {
        return Stream.of("msg-server", "file-server", "db-proxy", "route-server", "login-server")
                .collect(Collectors.toMap(server -> server + ".management.port", server -> "0"));
    }
}
