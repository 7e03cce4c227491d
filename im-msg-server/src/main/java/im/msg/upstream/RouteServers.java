package im.msg.upstream;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSetMultimap;
import com.google.common.net.HostAndPort;
import com.google.protobuf.MessageLite;
import im.msg.domain.ClientKind;
import im.msg.domain.FileNotice;
import im.msg.domain.KickReason;
import im.msg.domain.Message;
import im.msg.domain.Notice;
import im.msg.domain.RemoteNews;
import im.msg.domain.UserId;
import im.msg.wire.ChatMessages;
import im.msg.wire.FileMessages;
import im.msg.wire.KickMessages;
import im.proto.Command;
import im.proto.Commands;
import io.netty.channel.EventLoop;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * All route-servers. Each knows everything, so any can be lost: every change is told to all, what is to be passed on or asked goes to the
 * first that is ready, which is also the one that tells of users elsewhere. With none ready, or none at all,
 * this msg-server is on its own.
 *
 * <p>Thread-safe.
 */
public final class RouteServers implements Cluster {
    private final ImmutableList<RouteServerLink> links;
    private RemoteNews news;
    private Optional<RouteServerLink> master = Optional.empty();
    private boolean closed;

    /**
     * @param loops gives the event loop of each link
     * @param maxListed how many clients elsewhere are remembered
     */
    public RouteServers(List<HostAndPort> addresses, Supplier<EventLoop> loops, LinkSettings settings, int maxListed) {
        this.links = addresses.stream()
                .map(address -> new RouteServerLink(
                        address, loops.get(), settings, maxListed, this::noneBeforeIsReady, state -> chooseMaster()))
                .collect(ImmutableList.toImmutableList());
    }

    @Override
    public synchronized void start(RemoteNews news) {
        this.news = news;
        if (!links.isEmpty()) {
            news.connecting();
        }
        links.forEach(link -> link.start(news));
    }

    /** Links change their state on loops of their own; what each is told is decided anew every time, so that the last word is right. */
    private synchronized void chooseMaster() {
        // Links end one after the other then, and the loops of some are gone already.
        if (closed) {
            return;
        }
        Optional<RouteServerLink> chosen = firstReady();
        if (master.isPresent() && !master.equals(chosen)) {
            // First of all: the next one lists everybody as soon as it is told that it is the master.
            news.cutOff();
        }
        links.forEach(link -> link.makeMaster(chosen.filter(link::equals).isPresent()));
        if (chosen.isPresent() && !chosen.equals(master)) {
            news.inReach();
        }
        master = chosen;
    }

    private boolean noneBeforeIsReady(RouteServerLink link) {
        return links.subList(0, links.indexOf(link)).stream().noneMatch(RouteServerLink::isReady);
    }

    private Optional<RouteServerLink> firstReady() {
        return links.stream().filter(RouteServerLink::isReady).findFirst();
    }

    @Override
    public void announce(UserId user, ClientKind kind, boolean online) {
        links.forEach(link -> link.announce(user, kind, online));
    }

    @Override
    public CompletableFuture<ImmutableSetMultimap<UserId, ClientKind>> lookup(Collection<UserId> users) {
        return firstReady()
                .map(link -> link.lookup(users))
                .orElseGet(() -> CompletableFuture.completedFuture(ImmutableSetMultimap.of()));
    }

    @Override
    public void fanOut(FileNotice notice) {
        passOn(Commands.FILE_NOTIFY, FileMessages.notice(notice));
    }

    @Override
    public void fanOut(Message message, Collection<UserId> receivers) {
        passOn(Commands.MSG_DATA, ChatMessages.toPassOn(message, receivers));
    }

    @Override
    public void fanOut(Notice notice) {
        firstReady().ifPresent(link -> link.send(notice.frame()));
    }

    @Override
    public void kick(UserId user, ClientKind kind, KickReason reason) {
        passOn(Commands.OTHER_SERVER_KICK_USER, KickMessages.kick(user, kind, reason));
    }

    private <M extends MessageLite> void passOn(Command<M> command, M message) {
        firstReady().ifPresent(link -> link.send(command, message));
    }

    @Override
    public List<RouteServerLink> links() {
        return links;
    }

    @Override
    public synchronized void close() {
        closed = true;
        links.forEach(RouteServerLink::close);
    }
}
