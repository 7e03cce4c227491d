package im.msg.domain;

import com.google.common.base.Throwables;
import com.google.common.collect.ImmutableSetMultimap;
import com.google.common.collect.Lists;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has messages pushed to the mobiles of receivers who have none connected anywhere. When other msg-servers cannot be asked, who is not
 * here counts as away: a push too many does less harm than none. Thread-safe; nothing blocks.
 */
public final class AwayReceivers implements AfterStoring {
    private static final Logger log = LoggerFactory.getLogger(AwayReceivers.class);

    private final OnlineUsers online;
    private final RouteLink route;
    private final PushDirectory directory;
    private final PushGateway gateway;

    public AwayReceivers(OnlineUsers online, RouteLink route, PushDirectory directory, PushGateway gateway) {
        this.online = online;
        this.route = route;
        this.directory = directory;
        this.gateway = gateway;
    }

    @Override
    public void stored(Message message, List<UserId> receivers) {
        List<UserId> notHere = receivers.stream()
                .filter(user -> !user.equals(message.content().from()))
                .filter(user -> online.mobilesOf(user).isEmpty())
                .distinct()
                .toList();
        if (notHere.isEmpty()) {
            return;
        }
        route.lookup(notHere)
                .exceptionally(failure -> ImmutableSetMultimap.of())
                .thenCompose(elsewhere -> withoutShields(message.content(), away(notHere, elsewhere)))
                .whenComplete((users, failure) -> {
                    if (failure == null) {
                        Lists.partition(users, PushDirectory.MAX_ASKED).forEach(some -> push(message, some));
                    } else {
                        notPushed(message, failure);
                    }
                });
    }

    private void push(Message message, List<UserId> users) {
        directory.targets(users).whenComplete((targets, failure) -> {
            if (failure != null) {
                notPushed(message, failure);
            } else if (!targets.isEmpty()) {
                gateway.push(new Push(message, targets));
            }
        });
    }

    private static void notPushed(Message message, Throwable failure) {
        log.warn(
                "message {} in {} is not pushed: {}",
                message.id(),
                message.content().conversation(),
                Throwables.getRootCause(failure).toString());
    }

    private static List<UserId> away(List<UserId> users, ImmutableSetMultimap<UserId, ClientKind> elsewhere) {
        return users.stream()
                .filter(user -> elsewhere.get(user).stream().noneMatch(ClientKind::isMobile))
                .toList();
    }

    private CompletableFuture<List<UserId>> withoutShields(NewMessage message, List<UserId> users) {
        if (!message.type().isForGroup() || users.isEmpty()) {
            return CompletableFuture.completedFuture(users);
        }
        return directory.shielding(message.to(), users).thenApply(shielding -> without(users, shielding));
    }

    private static List<UserId> without(Collection<UserId> users, Set<UserId> some) {
        return users.stream().filter(user -> !some.contains(user)).toList();
    }
}
