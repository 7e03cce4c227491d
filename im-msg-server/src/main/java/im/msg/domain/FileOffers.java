package im.msg.domain;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings senders, file-servers and receivers together. Thread-safe. */
public final class FileOffers {
    private static final Logger log = LoggerFactory.getLogger(FileOffers.class);

    private final OnlineUsers online;
    private final RouteLink route;
    private final FileServers servers;
    private final RecentTasks tasks;
    private final Receivers receivers;
    private final GroupDirectory groups;

    public FileOffers(
            OnlineUsers online,
            RouteLink route,
            FileServers servers,
            RecentTasks tasks,
            Receivers receivers,
            GroupDirectory groups) {
        this.online = online;
        this.route = route;
        this.servers = servers;
        this.tasks = tasks;
        this.receivers = receivers;
        this.groups = groups;
    }

    /**
     * Decides how the file travels and has a task created for it. Nobody is told. Fails with {@link FileRefused}, with {@link
     * WouldBeStored} if the sender wants that, or with whatever kept the file-server from answering.
     */
    public CompletableFuture<FileOffer> offer(FileRequest request) {
        if (request.from().equals(request.to())) {
            return CompletableFuture.failedFuture(new FileRefused("a file cannot be sent to oneself"));
        }
        if (!BaseName.isUsable(request.baseName())) {
            return CompletableFuture.failedFuture(
                    new FileRefused("a file of this name is not taken; rename it, without control characters"));
        }
        return (request.group().isPresent() ? storedForGroup(request) : decideMode(request))
                .thenApply(request::in)
                .thenCompose(decided -> decided.onlineOnly() && decided.mode() == TransferMode.OFFLINE
                        ? CompletableFuture.failedFuture(new WouldBeStored())
                        : servers.createTask(decided).thenApply(task -> remembered(offer(decided, task))));
    }

    private FileOffer offer(FileRequest request, CreatedTask task) {
        TransferMode mode = request.mode();
        return new FileOffer(
                request,
                task,
                servers.token(task.serverId(), task.id(), request.from(), mode.ofSender()),
                request.group().isPresent()
                        ? Optional.empty()
                        : servers.token(task.serverId(), task.id(), request.to(), mode.ofReceiver()));
    }

    /** Members may come and go while it is uploaded: who may fetch it is asked then. */
    private CompletableFuture<TransferMode> storedForGroup(FileRequest request) {
        return groups.members(request.from(), request.group().getAsInt()).thenCompose(members -> {
            if (!members.contains(request.from())) {
                return CompletableFuture.failedFuture(new FileRefused("only members can send a file to a group"));
            }
            return members.size() == 1
                    ? CompletableFuture.failedFuture(new FileRefused("nobody else is in this group"))
                    : CompletableFuture.completedFuture(TransferMode.OFFLINE);
        });
    }

    /** Online only if that is wanted and the receiver has a desktop somewhere: mobiles take no files. */
    private CompletableFuture<TransferMode> decideMode(FileRequest request) {
        List<OnlineClient> desktops = online.desktopsOf(request.to());
        if (request.isLarge() && !desktops.isEmpty() && desktops.stream().noneMatch(OnlineClient::takesLargeFiles)) {
            return CompletableFuture.failedFuture(
                    new FileRefused("the program of the other user cannot handle files of 4 GiB or more"));
        }
        if (request.mode() == TransferMode.OFFLINE || !desktops.isEmpty()) {
            return CompletableFuture.completedFuture(request.mode());
        }
        if (request.isLarge()) {
            // What a program elsewhere can handle is not known here, and one that cannot would never come.
            return CompletableFuture.completedFuture(TransferMode.OFFLINE);
        }
        return route.lookup(Set.of(request.to())).handle((elsewhere, failure) -> {
            boolean onDesktop =
                    failure == null && elsewhere.get(request.to()).stream().anyMatch(ClientKind::isDesktop);
            return onDesktop ? TransferMode.ONLINE : TransferMode.OFFLINE;
        });
    }

    private FileOffer remembered(FileOffer offer) {
        tasks.remember(offer);
        FileRequest request = offer.request();
        log.info(
                "task {}: {} -> {}, {} bytes, {}, on file-server {}",
                offer.task().id(),
                request.from(),
                request.receiver(),
                request.size(),
                request.mode(),
                offer.task().serverId());
        return offer;
    }

    /** Tells the receiver, after the sender was told; members of a group hear of what is stored, and of nothing before. */
    public void tellReceiver(FileOffer offer) {
        if (offer.request().group().isEmpty()) {
            receivers.tell(offer.notice());
        }
    }
}
