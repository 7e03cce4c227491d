package im.e2e;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** The same with a Redis in place of the route-server, which what only route-servers hear and say does not reach. */
class EveryCommandOverRedisIT extends EveryCommandIT {
    @Override
    Taps taps(InetSocketAddress push) throws Exception {
        return Taps.butForRouteServers(push);
    }

    @Override
    TwoMsgServers start(Path files, Map<String, String> overrides, Taps between) throws Exception {
        return TwoMsgServers.startOverRedis(files, overrides, between);
    }

    @Override
    Set<Integer> unseen() {
        return Set.of(0x0707, 0x0708, 0x070a, 0x070d, 0x070e);
    }
}
