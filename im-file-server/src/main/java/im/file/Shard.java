package im.file;

import com.google.common.net.HostAndPort;
import im.file.client.FileLoginCommands;
import im.file.client.TokenCheck;
import im.file.internal.TaskCommands;
import im.file.store.DiskStore;
import im.file.transfer.Census;
import im.file.transfer.ShardClock;
import im.file.transfer.TransferFactory;
import im.file.transfer.Transfers;
import im.file.transfer.UploadBudget;
import im.netlib.Admission;
import im.netlib.ConnectionSettings;
import im.netlib.PduServer;
import im.netlib.Transport;
import im.server.token.TokenKey;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One event loop with its own pair of ports and its own tasks, sharing nothing but the store, its records, the budget for uploads
 * and the number of connections with other shards: both sides of a relay are on one thread, and msg-servers spread the load by picking ports at random.
 */
final class Shard implements AutoCloseable {
    private static final Duration TICK_EVERY = Duration.ofSeconds(1);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final EventLoopGroup loops;
    private final Transfers transfers;
    private final TaskCommands tasks;
    private final PduServer clients;
    private final PduServer msgServers;

    private Shard(
            EventLoopGroup loops, Transfers transfers, TaskCommands tasks, PduServer clients, PduServer msgServers) {
        this.transfers = transfers;
        this.tasks = tasks;
        this.loops = loops;
        this.clients = clients;
        this.msgServers = msgServers;
    }

    static Shard start(
            FileServerConfig config,
            int index,
            DiskStore store,
            TokenKey tokenKey,
            UploadBudget budget,
            RecordKeeping records,
            Admission admission,
            MeterRegistry meters)
            throws IOException {
        EventLoopGroup loops = Transport.eventLoops("file-shard-" + index, 1);
        PduServer clients = null;
        try {
            EventLoop loop = loops.next();
            ShardClock clock = new EventLoopClock(loop);
            Transfers transfers = new Transfers(config.maxTasks(), config.taskTimeout(), clock);
            TransferFactory factory = new TransferFactory(config.transfer(), budget, clock, loop, transfers, meters);
            loop.scheduleWithFixedDelay(
                    transfers::tick, TICK_EVERY.toMillis(), TICK_EVERY.toMillis(), TimeUnit.MILLISECONDS);

            FileLoginCommands logins = new FileLoginCommands(
                    transfers,
                    factory,
                    store,
                    records.groupReceivers(),
                    new TokenCheck(tokenKey, config.requireToken(), Clock.systemUTC()),
                    config.beforeLogin(),
                    config.afterLogin());
            clients = PduServer.bind(
                    "file-server clients",
                    loops,
                    shifted(config.client(), index),
                    ConnectionSettings.forClients().with(config.clientTls()),
                    admission,
                    logins::onConnected);

            TaskCommands tasks = new TaskCommands(
                    transfers,
                    factory,
                    store,
                    records.outbox(),
                    config.records().answerTimeout(),
                    tokenKey,
                    advertised(config, index, clients.address()),
                    config.link());
            PduServer msgServers = PduServer.bind(
                    "file-server msg-servers",
                    loops,
                    shifted(config.internal(), index),
                    ConnectionSettings.forLinks(config.linkHeartbeat()).with(config.linkTls()),
                    Admission.ofAll(),
                    tasks::onConnected);
            return new Shard(loops, transfers, tasks, clients, msgServers);
        } catch (IOException | RuntimeException e) {
            if (clients != null) {
                clients.close();
            }
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
    }

    /** The ports of a shard lie two above those of the one before; free ports need no order. */
    private static InetSocketAddress shifted(InetSocketAddress first, int index) {
        int port = first.getPort() == 0 ? 0 : first.getPort() + 2 * index;
        return new InetSocketAddress(first.getAddress(), port);
    }

    private static List<HostAndPort> advertised(FileServerConfig config, int index, InetSocketAddress bound) {
        String listening = bound.getAddress().isAnyLocalAddress()
                ? TaskCommands.AS_REACHED
                : bound.getAddress().getHostAddress();
        List<String> hosts = config.advertise().isEmpty() ? List.of(listening) : config.advertise();
        return hosts.stream()
                .map(HostAndPort::fromString)
                .map(host -> HostAndPort.fromParts(
                        host.getHost(), host.hasPort() ? host.getPort() + 2 * index : bound.getPort()))
                .toList();
    }

    /** Takes no new tasks. Completes, on the event loop, when there are none and no client is connected, if that ever happens. */
    CompletableFuture<Void> drain() {
        CompletableFuture<Void> drained = new CompletableFuture<>();
        EventLoop loop = loops.next();
        loop.execute(tasks::drain);
        ScheduledFuture<?> looking = loop.scheduleWithFixedDelay(
                () -> {
                    if (transfers.size() == 0 && clients.connectionCount() == 0) {
                        drained.complete(null);
                    }
                },
                LOOK_EVERY.toMillis(),
                LOOK_EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
        drained.whenComplete((done, never) -> looking.cancel(false));
        return drained;
    }

    /** How many transfers there are; at most a second old. */
    Census census() {
        return transfers.census();
    }

    /** What people see of its transfers. Completes on the event loop. */
    CompletableFuture<LiveTransfers.Part> live() {
        return CompletableFuture.supplyAsync(() -> LiveTransfers.Part.of(transfers), loops.next());
    }

    EventLoopGroup loops() {
        return loops;
    }

    PduServer clients() {
        return clients;
    }

    PduServer msgServers() {
        return msgServers;
    }

    @Override
    public void close() {
        msgServers.close();
        clients.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
