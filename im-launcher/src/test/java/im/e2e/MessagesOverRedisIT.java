package im.e2e;

import java.nio.file.Path;
import java.util.Map;

/** The same with a Redis in place of the route-server. */
class MessagesOverRedisIT extends MessagesIT {
    @Override
    TwoMsgServers start(Path files) throws Exception {
        return TwoMsgServers.startOverRedis(files, Map.of(), Taps.NONE);
    }
}
