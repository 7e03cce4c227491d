package im.msg.upstream;

import com.google.common.collect.ImmutableSetMultimap;
import im.msg.domain.ClientKind;
import im.msg.domain.FileNotice;
import im.msg.domain.KickReason;
import im.msg.domain.RouteLink;
import im.msg.domain.UserId;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/** An installation with one msg-server: there is nobody else to tell or to ask. */
public final class SingleServer implements RouteLink {
    @Override
    public void announce(UserId user, ClientKind kind, boolean online) {}

    @Override
    public CompletableFuture<ImmutableSetMultimap<UserId, ClientKind>> lookup(Collection<UserId> users) {
        return CompletableFuture.completedFuture(ImmutableSetMultimap.of());
    }

    @Override
    public void fanOut(FileNotice notice) {}

    @Override
    public void kick(UserId user, ClientKind kind, KickReason reason) {}
}
