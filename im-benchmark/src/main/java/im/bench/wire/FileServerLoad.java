package im.bench.wire;

import com.google.common.net.HostAndPort;
import im.bench.wire.Side.Through;
import im.proto.base.ClientFileRole;
import im.proto.base.TransferFileType;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.HdrHistogram.Histogram;

/** Transfers through one file-server, from the request for a task to the last word. Not on the event loop. */
public final class FileServerLoad implements AutoCloseable {
    private static final int CONNECT_SECONDS = 15;
    private static final int MAX_STORED = 64;

    private final Dialer dialer;
    private final TaskLink link;

    private FileServerLoad(Dialer dialer, TaskLink link) {
        this.dialer = dialer;
        this.link = link;
    }

    /** @param internal the port of the file-server for msg-servers */
    public static FileServerLoad connect(Dialer dialer, HostAndPort internal) throws IOException, InterruptedException {
        return new FileServerLoad(dialer, Crowd.await(TaskLink.connect(internal, dialer.loop()), CONNECT_SECONDS));
    }

    /** Receivers pull through the relay, senders answer. */
    public Outcome online(Plan plan) throws IOException, InterruptedException {
        Histogram blocks = Crowd.histogram();
        return Crowd.run(
                dialer.loop(),
                plan,
                blocks,
                number -> link.create(TransferFileType.FILE_TYPE_ONLINE, plan.size())
                        .thenCompose(task -> relay(task, plan, blocks)));
    }

    private CompletableFuture<Void> relay(FileTask task, Plan plan, Histogram blocks) {
        SendingSide sender = new SendingSide(task, Through.FILE_SERVER, ClientFileRole.CLIENT_REALTIME_SENDER);
        ReceivingSide receiver = new ReceivingSide(
                task, Through.FILE_SERVER, ClientFileRole.CLIENT_REALTIME_RECVER, plan.block(), plan.window(), blocks);
        return both(begin(sender, task.server()), begin(receiver, task.server()));
    }

    /**
     * The server pulls and stores.
     *
     * @param stored gets the tasks of the files that are in the store then
     */
    public Outcome upload(Plan plan, Collection<FileTask> stored) throws IOException, InterruptedException {
        return Crowd.run(
                dialer.loop(),
                plan,
                Crowd.histogram(),
                number -> link.create(TransferFileType.FILE_TYPE_OFFLINE, plan.size())
                        .thenCompose(task -> begin(
                                        new SendingSide(
                                                task, Through.FILE_SERVER, ClientFileRole.CLIENT_OFFLINE_UPLOAD),
                                        task.server())
                                .thenRun(() -> stored.add(task))));
    }

    /** Puts as many files into the store as this plan reads at a time, within reason. */
    public List<FileTask> store(Plan plan) throws IOException, InterruptedException {
        List<FileTask> stored = new CopyOnWriteArrayList<>();
        upload(plan.withCount(Math.min(MAX_STORED, Math.min(plan.concurrency(), plan.count()))), stored);
        return stored;
    }

    /** Receivers read stored files, over and over. */
    public Outcome download(Plan plan, List<FileTask> stored) throws IOException, InterruptedException {
        Histogram blocks = Crowd.histogram();
        return Crowd.run(dialer.loop(), plan, blocks, number -> {
            FileTask task = stored.get(number % stored.size());
            return begin(
                    new ReceivingSide(
                            task,
                            Through.FILE_SERVER,
                            ClientFileRole.CLIENT_OFFLINE_DOWNLOAD,
                            plan.block(),
                            plan.window(),
                            blocks),
                    task.server());
        });
    }

    private CompletableFuture<Void> begin(Side side, InetSocketAddress server) {
        ChannelFuture connecting = dialer.connect(server, side, failure -> side.onEnd(new IOException(failure)));
        return side.over().whenComplete((nothing, failure) -> {
            if (failure != null) {
                connecting.channel().close();
            }
        });
    }

    private static CompletableFuture<Void> both(CompletableFuture<Void> one, CompletableFuture<Void> other) {
        CompletableFuture<Void> both = CompletableFuture.allOf(one, other);
        one.whenComplete((nothing, failure) -> failBoth(both, failure));
        other.whenComplete((nothing, failure) -> failBoth(both, failure));
        return both;
    }

    /** A side whose counterpart failed would wait for ever. */
    private static void failBoth(CompletableFuture<Void> both, Throwable failure) {
        if (failure != null) {
            both.completeExceptionally(failure);
        }
    }

    @Override
    public void close() {
        link.close();
    }
}
