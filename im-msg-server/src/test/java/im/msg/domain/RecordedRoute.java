package im.msg.domain;

import com.google.common.collect.ImmutableSetMultimap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Other msg-servers, made up. */
final class RecordedRoute implements RouteLink {
    final List<String> told = new ArrayList<>();
    CompletableFuture<ImmutableSetMultimap<UserId, ClientKind>> elsewhere =
            CompletableFuture.completedFuture(ImmutableSetMultimap.of());

    @Override
    public void announce(UserId user, ClientKind kind, boolean online) {
        told.add("announce " + user + " " + kind + (online ? " online" : " offline"));
    }

    @Override
    public CompletableFuture<ImmutableSetMultimap<UserId, ClientKind>> lookup(Collection<UserId> users) {
        return elsewhere;
    }

    @Override
    public void fanOut(FileNotice notice) {
        told.add("fan out " + notice.baseName() + (notice.stored() ? " stored" : " offered"));
    }

    @Override
    public void fanOut(Message message, Collection<UserId> receivers) {
        told.add("message " + message.id() + " for " + receivers);
    }

    @Override
    public void fanOut(Notice notice) {
        told.add("notice");
    }

    @Override
    public void kick(UserId user, ClientKind kind, KickReason reason) {
        told.add("kick " + user + " " + kind + " " + reason);
    }
}
