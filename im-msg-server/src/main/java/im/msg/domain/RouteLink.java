package im.msg.domain;

import com.google.common.collect.ImmutableSetMultimap;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/** The other msg-servers of the installation, behind a route-server. Thread-safe; nothing here blocks. */
public interface RouteLink {
    /** A client came or went here. */
    void announce(UserId user, ClientKind kind, boolean online);

    /** With which clients these users are online at other msg-servers; who is not, is not in the answer. */
    CompletableFuture<ImmutableSetMultimap<UserId, ClientKind>> lookup(Collection<UserId> users);

    /** Tells the receiver's desktop clients at other msg-servers about a file. */
    void fanOut(FileNotice notice);

    /** Brings a message to the clients of these users at other msg-servers. */
    void fanOut(Message message, Collection<UserId> receivers);

    /** Tells clients at other msg-servers. */
    void fanOut(Notice notice);

    /** Clients of this user at other msg-servers have to go: those that this kind {@linkplain ClientKind#displaces displaces}. */
    void kick(UserId user, ClientKind kind, KickReason reason);
}
