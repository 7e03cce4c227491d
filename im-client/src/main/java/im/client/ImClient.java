package im.client;

import im.netlib.Connection;
import im.netlib.Transport;
import im.proto.Commands;
import im.proto.base.ClientFileState;
import im.proto.base.UserStatType;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileLoginRsp;
import im.proto.file.IMFileState;
import im.proto.message.IMClientTimeReq;
import im.proto.message.IMClientTimeRsp;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A user who is logged in.
 *
 * <p>The connection to the msg-server comes back by itself after a loss; while it is away, requests fail at once with
 * {@link im.netlib.LinkLostException}, and transfers under way go on. A kick, or a refused new login, is the end of it; the client
 * must be closed all the same.
 *
 * <p>Thread-safe. Nothing blocks but {@link #close}. Futures complete and listeners are called on the client's one event loop,
 * where nobody may block or close.
 */
public final class ImClient implements AutoCloseable {
    /** How long closing waits for the other side, each for transfers and for connections. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private static final int DISK_THREADS = 2;

    private final EventLoopGroup loops;
    private final ExecutorService disk;
    private final MsgServerLink link;
    private final Messages messages;
    private final Groups groups;
    private final People people;
    private final Account account;
    private final Set<RunningTransfer> transfers = ConcurrentHashMap.newKeySet();
    private final Set<CompletableFuture<Void>> endings = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private ImClient(ClientOptions options, ClientListener listener) {
        loops = Transport.eventLoops("im-client-" + options.userName(), 1);
        disk = Executors.newFixedThreadPool(
                DISK_THREADS, new DefaultThreadFactory("im-client-disk-" + options.userName(), true));
        link = new MsgServerLink(options, loops.next(), listener);
        messages = new Messages(link);
        groups = new Groups(link);
        people = new People(link);
        account = new Account(link);
    }

    /** Like {@link #connect(ClientOptions, ClientListener)} for who does not listen. */
    public static CompletableFuture<ImClient> connect(ClientOptions options) {
        return connect(options, ClientListener.NONE);
    }

    /**
     * Connects and logs in, in one attempt.
     *
     * @param listener may be called before the future completes
     * @return completes once logged in; fails with {@link LoginRefusedException} or {@link ServerUnreachableException}, and then
     *     there is nothing to close
     */
    public static CompletableFuture<ImClient> connect(ClientOptions options, ClientListener listener) {
        ImClient client = new ImClient(options, listener);
        CompletableFuture<ImClient> connected = new CompletableFuture<>();
        client.link.start().whenComplete((loggedIn, failure) -> {
            if (failure == null) {
                connected.complete(client);
            } else {
                client.stopThreads();
                connected.completeExceptionally(failure);
            }
        });
        return connected;
    }

    /** Who is logged in. */
    public User self() {
        return link.self();
    }

    /** True while the msg-server connection is there. */
    public boolean isConnected() {
        return link.isReady();
    }

    /**
     * Completes when the session is over for good: normally after {@link #close}, else with {@link KickedException},
     * {@link LoginRefusedException} or {@link im.netlib.LinkLostException}.
     */
    public CompletableFuture<Void> ended() {
        return link.ended();
    }

    /**
     * Whether servers of this project are there, which keep an upload that broke off for a while, so that it goes on when the same
     * file is sent again. Known after the first login.
     */
    public boolean resumesUploads() {
        return link.isOurs();
    }

    // Messages and people

    /** The user's conversations. */
    public Messages messages() {
        return messages;
    }

    public Groups groups() {
        return groups;
    }

    /** The other users. */
    public People people() {
        return people;
    }

    /** What the user may change about oneself. */
    public Account account() {
        return account;
    }

    /** As {@link People#all}. */
    public CompletableFuture<List<User>> users() {
        return people.all();
    }

    /** As {@link People#presence}. */
    public CompletableFuture<Map<Integer, UserStatType>> presence(Collection<Integer> userIds) {
        return people.presence(userIds);
    }

    /** The msg-server's clock, in whole seconds. */
    public CompletableFuture<Instant> serverTime() {
        return link.call(Commands.MSG_TIME_REQUEST, IMClientTimeReq.getDefaultInstance(), IMClientTimeRsp.class)
                .thenApply(answer -> Message.seconds(answer.getServerTime()));
    }

    // Files

    /** The files that are stored and wait for this user. */
    public CompletableFuture<List<OfflineFile>> offlineFiles() {
        return link.offlineFiles();
    }

    /**
     * Sends a file: online when the receiver is there, else to be stored for them; the msg-server decides.
     *
     * <p>A file that is to be stored survives breaks: lost connections are made again a few times, and what the file-server has of
     * an upload that failed or was ended by {@link #close} need not be sent again with the same file, as long as the server keeps it.
     *
     * @param file a regular file, else the transfer fails before anything is sent; 4 GiB and more only if the msg-server can do that
     * @param toUserId an unsigned 32-bit id
     */
    public Transfer send(Path file, int toUserId, TransferListener listener) {
        return send(file, ConversationId.ofUser(toUserId), listener);
    }

    /** As {@link #send(Path, int, TransferListener)}; a file for a group is stored, and every other member can fetch it. */
    public Transfer send(Path file, ConversationId to, TransferListener listener) {
        return start(new OutgoingTransfer(link, disk, file, to, listener));
    }

    /**
     * Receives a file: from its sender when the offer is an online one, else from the file-server. A stored file is continued where
     * an earlier attempt to get it into the same folder has stopped, and after a lost connection a few times by itself.
     *
     * @param folder where the file goes, under a {@linkplain SafeFileName safe} and free name; made if missing
     * @throws IllegalStateException when the file is on its way to a file-server and not ready: another offer will follow
     */
    public Transfer receive(FileOffer offer, Path folder, TransferListener listener) {
        if (offer.mode() == TransferMode.OFFLINE && !offer.offlineReady()) {
            throw new IllegalStateException("not ready to be downloaded: " + offer);
        }
        return start(new IncomingTransfer(link, disk, offer, folder, listener));
    }

    /** Downloads a stored file, and tells the msg-server to forget it once it is safely in place. */
    public Transfer download(OfflineFile file, Path folder, TransferListener listener) {
        return receive(file.asOffer(self().id()), folder, listener);
    }

    /**
     * Tells the sender that this user does not want an online file.
     *
     * @return completes when that is on its way
     */
    public CompletableFuture<Void> refuse(FileOffer offer) {
        if (offer.mode() != TransferMode.ONLINE) {
            throw new IllegalStateException("an offline file is forgotten, not refused: " + offer);
        }
        CompletableFuture<Void> refused = new CompletableFuture<>();
        Refusal refusal = new Refusal(offer, refused);
        link.loop().execute(() -> new TaskLogin(link, TaskRole.receiver(offer), refusal).tryNext());
        return refused;
    }

    /** Tells the msg-server that nobody will download this file any more. Completes when that was sent; there is no answer. */
    public CompletableFuture<Void> forget(OfflineFile file) {
        return link.tell(
                Commands.FILE_DEL_OFFLINE_REQ,
                IMFileDelOfflineReq.newBuilder()
                        .setFromUserId(file.fromUserId())
                        .setToUserId(self().id())
                        .setTaskId(file.taskId())
                        .build());
    }

    private Transfer start(RunningTransfer transfer) {
        if (closed) {
            return transfer.neverStarted("stopped before it began");
        }
        transfers.add(transfer);
        transfer.result().whenComplete((result, failure) -> {
            track(transfer.disconnected());
            transfers.remove(transfer);
        });
        transfer.start();
        return transfer;
    }

    private void track(CompletableFuture<Void> ending) {
        endings.add(ending);
        ending.whenComplete((gone, failure) -> endings.remove(ending));
    }

    private final class Refusal implements TaskLogin.Outcome {
        private final FileOffer offer;
        private final CompletableFuture<Void> refused;

        Refusal(FileOffer offer, CompletableFuture<Void> refused) {
            this.offer = offer;
            this.refused = refused;
        }

        @Override
        public void onLoggedIn(Connection task, IMFileLoginRsp answer) {
            task.send(
                    Commands.FILE_STATE,
                    IMFileState.newBuilder()
                            .setState(ClientFileState.CLIENT_FILE_REFUSE)
                            .setTaskId(offer.taskId())
                            .setUserId(self().id())
                            .build());
            CompletableFuture<Void> ending = new CompletableFuture<>();
            task.closed().addListener(gone -> ending.complete(null));
            track(ending);
            task.closeAfterFlush("refused");
            refused.complete(null);
        }

        @Override
        public void onNoLogin(TransferException why) {
            refused.completeExceptionally(why);
        }
    }

    // The end

    /**
     * Ends what is under way, logs out and stops the threads. Transfers between users who are there are cancelled; those to and from
     * the store only stop, and may go on another time. Waits a moment for the servers to take notice; not on the event loop.
     */
    @Override
    public void close() {
        if (link.loop().inEventLoop()) {
            throw new IllegalStateException("a client cannot be closed from its own callbacks");
        }
        if (closed) {
            return;
        }
        closed = true;
        List<RunningTransfer> running = List.copyOf(transfers);
        running.forEach(RunningTransfer::stop);
        await(running.stream().map(Transfer::result).toList());
        transfers.forEach(RunningTransfer::abandon);
        await(transfers.stream().map(Transfer::result).toList());
        await(endings);
        await(List.of(link.close()));
        stopThreads();
    }

    private static void await(Collection<? extends CompletableFuture<?>> all) {
        try {
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                    .get(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // Failed is as over as succeeded, and who is too late is not waited for.
        }
    }

    private void stopThreads() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        disk.shutdown();
    }

    @Override
    public String toString() {
        return link.toString();
    }
}
