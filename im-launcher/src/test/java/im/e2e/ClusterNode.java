package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import im.msg.domain.ClientDetails;
import im.msg.domain.ClientKind;
import im.msg.domain.FileNotice;
import im.msg.domain.KickReason;
import im.msg.domain.Message;
import im.msg.domain.MessageDelivery;
import im.msg.domain.MissedNews;
import im.msg.domain.Notice;
import im.msg.domain.Notices;
import im.msg.domain.OnlineClient;
import im.msg.domain.OnlineUsers;
import im.msg.domain.Outbox;
import im.msg.domain.Presence;
import im.msg.domain.RemoteNews;
import im.msg.domain.Unacknowledged;
import im.msg.domain.UserId;
import im.msg.upstream.Cluster;
import im.msg.upstream.EventLoopTimer;
import im.testkit.Eventually;
import im.testkit.FaultProxy;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a msg-server is without its ports: presence, and what makes it one with others, over a network that fails on demand. */
final class ClusterNode implements AutoCloseable {
    static final Duration GRACE = Duration.ofMillis(500);
    static final int MAX_ELSEWHERE = 100_000;

    private final Cluster cluster;
    private final FaultProxy network;
    private final Presence presence;

    /** @param network between this node and whatever is in the middle */
    ClusterNode(Cluster cluster, FaultProxy network, EventLoop loop) {
        this.cluster = cluster;
        this.network = network;
        OnlineUsers online = new OnlineUsers();
        this.presence = new Presence(
                online, cluster, user -> {}, new EventLoopTimer(loop), new Presence.Memory(GRACE, MAX_ELSEWHERE));
        Outbox outbox = new Outbox(cluster, 1000);
        MessageDelivery delivery = new MessageDelivery(
                online,
                outbox,
                new Unacknowledged(new Unacknowledged.Limits(1, 1 << 20, GRACE), new EventLoopTimer(loop)));
        cluster.start(new RemoteNews(
                online,
                presence,
                delivery,
                new Notices(online, cluster),
                outbox,
                new MissedNews(
                        online,
                        (user, time, found) -> CompletableFuture.completedFuture(null),
                        user -> CompletableFuture.completedFuture(List.of()),
                        Clock.systemUTC(),
                        GRACE,
                        new EventLoopTimer(loop))));
    }

    Cluster cluster() {
        return cluster;
    }

    FaultProxy network() {
        return network;
    }

    LoggedIn login(UserId user, ClientKind kind) {
        LoggedIn client = new LoggedIn(user, kind);
        presence.arrived(client);
        return client;
    }

    void logout(LoggedIn client) {
        presence.left(client);
    }

    boolean sees(UserId user) {
        return presence.isOnline(user);
    }

    void awaitSees(UserId user) {
        Eventually.until("user " + user + " is seen", () -> sees(user));
    }

    void awaitSeesNot(UserId user) {
        Eventually.until("user " + user + " is not seen", () -> !sees(user));
    }

    ImmutableSet<ClientKind> lookup(UserId user) {
        try {
            return Await.result(cluster.lookup(Set.of(user))).get(user);
        } catch (Exception e) {
            // Lost on the way: nobody can say.
            return ImmutableSet.of();
        }
    }

    void awaitFinds(UserId user, ClientKind... kinds) {
        Eventually.until("user " + user + " is found", () -> lookup(user).equals(ImmutableSet.copyOf(kinds)));
    }

    @Override
    public void close() {
        cluster.close();
        network.close();
    }

    /** How a client here notes that it was told this. */
    static String told(Notice notice) {
        return HexFormat.of().formatHex(notice.frame());
    }

    /** A client that notes what it is told. */
    static final class LoggedIn implements OnlineClient {
        private final UserId user;
        private final ClientKind kind;
        private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

        private LoggedIn(UserId user, ClientKind kind) {
            this.user = user;
            this.kind = kind;
        }

        @Override
        public UserId user() {
            return user;
        }

        @Override
        public ClientKind kind() {
            return kind;
        }

        @Override
        public ClientDetails details() {
            return new ClientDetails("user" + user, Instant.EPOCH, "10.0.0.1:1");
        }

        @Override
        public boolean takesLargeFiles() {
            return true;
        }

        @Override
        public void statusChanged(UserId other, boolean online) {
            if (!other.equals(user)) {
                told.add(other + (online ? " online" : " offline"));
            }
        }

        @Override
        public void ownDesktopChanged(boolean online) {
            told.add("desktop " + (online ? "on" : "off"));
        }

        @Override
        public void kicked(KickReason reason) {
            told.add(reason);
        }

        @Override
        public void noticed(Notice notice) {
            told.add(ClusterNode.told(notice));
        }

        @Override
        public void received(Message message) {
            told.add("message " + message.id() + " from " + message.content().from() + ": "
                    + new String(message.content().data(), StandardCharsets.UTF_8));
        }

        @Override
        public void receivedLate(Message message) {
            received(message);
        }

        @Override
        public void offered(FileNotice notice) {
            told.add(notice);
        }

        @Override
        public void offeredOnce(FileNotice notice) {
            told.add(notice);
        }

        @Override
        public void reminded(FileNotice notice) {
            told.add(notice);
        }

        /** The next that it was told, its own status left out, is this. */
        void isTold(Object expected) throws InterruptedException {
            assertThat(told.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo(expected);
        }

        /** It is told this, perhaps after something else. */
        void isToldInTheEnd(Object expected) throws InterruptedException {
            Object next = told.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            while (next != null && !next.equals(expected)) {
                next = told.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            assertThat(next).isEqualTo(expected);
        }

        void wasNotTold(Object unexpected) {
            assertThat(told).doesNotContain(unexpected);
        }

        void wasToldNothingMore() {
            assertThat(told).isEmpty();
        }
    }
}
