package im.msg.redis;

import com.google.common.collect.ImmutableSetMultimap;
import com.google.common.collect.Multiset;
import com.google.common.io.Resources;
import im.msg.domain.ClientKind;
import im.msg.domain.UserId;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * One connection, for commands and for what is published to this msg-server; it does not come back once it has ended. Commands are
 * carried out in the order of the calls. Thread-safe; futures and listeners are completed and called on a thread of the Redis client.
 */
final class RedisConnection {
    private static final String SCRIPT = read("presence.lua");
    private static final long NOT_A_MEMBER = 0;

    private final StatefulRedisPubSubConnection<byte[], byte[]> connection;
    private final RedisPubSubAsyncCommands<byte[], byte[]> commands;
    private final String prefix;
    private final String me;
    private final String digest;

    /** What happens on a connection. */
    interface Listener {
        /** A frame for this msg-server. */
        void published(RedisConnection on, byte[] frame);

        void ended(RedisConnection which);
    }

    /** @param me the id of this msg-server */
    RedisConnection(
            StatefulRedisPubSubConnection<byte[], byte[]> connection, String prefix, String me, Listener listener) {
        this.connection = connection;
        this.commands = connection.async();
        this.prefix = prefix;
        this.me = me;
        this.digest = commands.digest(SCRIPT);
        String ownNews = channel("from", me);
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(byte[] channel, byte[] frame) {
                listener.published(RedisConnection.this, frame);
            }

            @Override
            public void message(byte[] pattern, byte[] channel, byte[] frame) {
                if (!ownNews.equals(new String(channel, StandardCharsets.UTF_8))) {
                    listener.published(RedisConnection.this, frame);
                }
            }
        });
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                listener.ended(RedisConnection.this);
            }
        });
    }

    private static String read(String resource) {
        try {
            return Resources.toString(Resources.getResource(RedisConnection.class, resource), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("a resource of this program", e);
        }
    }

    private String channel(String direction, String server) {
        return prefix + ":" + direction + ":" + server;
    }

    /**
     * Subscribes to what others send, and says who is here: the first thing to be done. The list of everybody elsewhere is published to
     * this msg-server on the way.
     *
     * @param clients how many of each are here
     */
    CompletableFuture<Void> join(Duration aliveFor, Multiset<RedisClientKey> clients) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(bytes(Long.toString(aliveFor.toMillis())));
        for (Multiset.Entry<RedisClientKey> client : clients.entrySet()) {
            arguments.add(bytes(client.getElement().toString()));
            arguments.add(bytes(Integer.toString(client.getCount())));
        }
        return CompletableFuture.allOf(
                commands.psubscribe(bytes(channel("from", "*"))).toCompletableFuture(),
                commands.subscribe(bytes(channel("to", me))).toCompletableFuture(),
                commands.scriptLoad(SCRIPT).toCompletableFuture(),
                change("join", arguments));
    }

    CompletableFuture<Void> stayAlive(Duration aliveFor) {
        return change("alive", List.of(bytes(Long.toString(aliveFor.toMillis()))));
    }

    CompletableFuture<Void> announce(RedisClientKey client, boolean online) {
        return change(online ? "came" : "went", List.of(bytes(client.toString())));
    }

    /** Publishes a frame to each other msg-server that hosts any of these users. */
    CompletableFuture<Void> send(Collection<UserId> users, byte[] frame) {
        return change(
                "send",
                Stream.concat(Stream.of(frame), users.stream().map(user -> bytes(user.toString())))
                        .toList());
    }

    /** Publishes a frame to every other msg-server. */
    CompletableFuture<Void> sendToAll(byte[] frame) {
        return change("broadcast", List.of(frame));
    }

    CompletableFuture<Void> leave() {
        return change("leave", List.of());
    }

    CompletableFuture<ImmutableSetMultimap<UserId, ClientKind>> lookup(Collection<UserId> users) {
        List<byte[]> arguments =
                users.stream().map(user -> bytes(user.toString())).toList();
        return this.<List<byte[]>>run(ScriptOutputType.MULTI, "lookup", arguments)
                .thenApply(found -> found.stream()
                        .map(client -> RedisClientKey.parse(new String(client, StandardCharsets.UTF_8)))
                        .collect(ImmutableSetMultimap.toImmutableSetMultimap(
                                RedisClientKey::user, RedisClientKey::kind)));
    }

    private CompletableFuture<Void> change(String operation, List<byte[]> arguments) {
        return this.<Long>run(ScriptOutputType.INTEGER, operation, arguments).thenAccept(done -> {
            if (done == NOT_A_MEMBER) {
                throw new IllegalStateException("Redis did not hear from this msg-server for too long");
            }
        });
    }

    private <T> CompletableFuture<T> run(ScriptOutputType type, String operation, List<byte[]> arguments) {
        byte[][] values = Stream.concat(Stream.of(bytes(operation), bytes(me)), arguments.stream())
                .toArray(byte[][]::new);
        return commands.<T>evalsha(digest, type, new byte[][] {bytes(prefix)}, values)
                .toCompletableFuture();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Ends the connection; whatever waits on it fails. */
    void close() {
        connection.closeAsync();
    }
}
