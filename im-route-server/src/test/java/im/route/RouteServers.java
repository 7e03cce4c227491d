package im.route;

import im.proto.Command;
import im.proto.Commands;
import im.server.Settings;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Real route-servers on free ports. */
final class RouteServers {
    /** Every command that a msg-server sends on its link. */
    static final List<Command<?>> SAID_BY_MSG_SERVERS = List.of(
            Commands.OTHER_ROLE_SET,
            Commands.OTHER_ONLINE_USER_INFO,
            Commands.OTHER_USER_STATUS_UPDATE,
            Commands.BUDDY_LIST_USERS_STATUS_REQUEST,
            Commands.FILE_NOTIFY,
            Commands.MSG_DATA,
            Commands.MSG_READ_NOTIFY,
            Commands.SWITCH_P2P_CMD,
            Commands.GROUP_CHANGE_MEMBER_NOTIFY,
            Commands.BUDDY_LIST_REMOVE_SESSION_NOTIFY,
            Commands.BUDDY_LIST_SIGN_INFO_CHANGED_NOTIFY,
            Commands.OTHER_SERVER_KICK_USER);

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
