package im.e2e;

import im.client.ClientListener;
import im.client.ImClient;
import im.proto.base.UserStatType;
import im.testkit.Eventually;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a client was told, unasked, of who came and went: the latest of each user. */
final class StatusNews implements ClientListener {
    private final Map<Integer, UserStatType> latest = new ConcurrentHashMap<>();

    @Override
    public void onPresence(int user, UserStatType status) {
        latest.put(user, status);
    }

    void awaitOnline(ImClient user) {
        await(user, UserStatType.USER_STATUS_ONLINE);
    }

    void awaitOffline(ImClient user) {
        await(user, UserStatType.USER_STATUS_OFFLINE);
    }

    private void await(ImClient user, UserStatType status) {
        Eventually.until(
                "it is told that " + user.self().loginName() + " is " + status,
                () -> latest.get(user.self().id()) == status);
    }
}
