package im.route;

import im.server.Settings;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Real route-servers on free ports. */
final class RouteServers {
    private RouteServers() {}

    static RouteServerConfig config(String... settings) {
        Map<String, String> overrides = new HashMap<>(Map.of("route-server.port", "0"));
        for (String setting : settings) {
            String[] keyAndValue = setting.split("=", 2);
            overrides.put("route-server." + keyAndValue[0], keyAndValue[1]);
        }
        return RouteServerConfig.read(Settings.load(Optional.empty(), overrides).at("route-server"));
    }

    /** @param settings as {@code key=value}, below {@code route-server} */
    static RouteServer start(String... settings) throws IOException {
        return RouteServer.start(config(settings));
    }
}
