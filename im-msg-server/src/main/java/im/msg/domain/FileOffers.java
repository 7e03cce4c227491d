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
    private final OfflineFiles files;
    private final OfflineRecords records;
    private final RecentTasks tasks;

    public FileOffers(
            OnlineUsers online,
            RouteLink route,
            FileServers servers,
            OfflineFiles files,
            OfflineRecords records,
            RecentTasks tasks) {
        this.online = online;
        this.route = route;
        this.servers = servers;
        this.files = files;
        this.records = records;
        this.tasks = tasks;
    }

    /**
     * Decides how the file travels and has a task created for it. Nobody is told. Fails with {@link FileRefused}, or with
     * whatever kept the file-server from answering.
     */
    public CompletableFuture<FileOffer> offer(FileRequest request) {
        if (request.from().equals(request.to())) {
            return CompletableFuture.failedFuture(new FileRefused("a file cannot be sent to oneself"));
        }
        if (!BaseName.isUsable(request.baseName())) {
            return CompletableFuture.failedFuture(new FileRefused("this is not the name of a file"));
        }
        return decideMode(request)
                .thenApply(request::in)
                .thenCompose(decided ->
                        servers.createTask(decided).thenApply(task -> remembered(new FileOffer(decided, task))));
    }

    /** Online only if that is wanted and the receiver has a desktop somewhere: mobiles take no files. */
    private CompletableFuture<TransferMode> decideMode(FileRequest request) {
        if (request.mode() == TransferMode.OFFLINE || online.isOnDesktop(request.to())) {
            return CompletableFuture.completedFuture(request.mode());
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
                request.to(),
                request.size(),
                request.mode(),
                offer.task().serverId());
        return offer;
    }

    /** Tells the receiver, after the sender was told. */
    public void tellReceiver(FileOffer offer) {
        tell(offer.notice());
    }

    /**
     * The sender says that the file is uploaded. It is recorded, sooner or later; then its receiver is told. What does not fit
     * the task, if that was created here, is ignored.
     */
    public void uploaded(OfflineFile file) {
        Optional<FileOffer> known = tasks.find(file.task());
        if (!BaseName.isUsable(file.baseName()) || known.isPresent() && !fits(file, known.get())) {
            log.warn("task {}: not recorded: {} announces what does not belong to it", file.task(), file.from());
            return;
        }
        OfflineFile record =
                known.map(offer -> file.heldBy(offer.task().serverId())).orElse(file);
        records.add(record).thenRun(() -> tell(storedNotice(record)));
    }

    private static boolean fits(OfflineFile file, FileOffer offer) {
        FileRequest request = offer.request();
        return request.mode() == TransferMode.OFFLINE
                && request.from().equals(file.from())
                && request.to().equals(file.to());
    }

    private FileNotice storedNotice(OfflineFile file) {
        return new FileNotice(
                file.from(),
                file.to(),
                file.baseName(),
                file.size(),
                file.task(),
                addressesOf(file).orElseGet(servers::allAddresses),
                TransferMode.OFFLINE,
                true);
    }

    private Optional<List<ServerAddress>> addressesOf(OfflineFile file) {
        return file.serverId().map(servers::addressesOf).filter(addresses -> !addresses.isEmpty());
    }

    private void tell(FileNotice notice) {
        online.desktopsOf(notice.to()).forEach(client -> client.offered(notice));
        route.fanOut(notice);
    }

    /** The receiver has the file; its record is deleted, sooner or later. */
    public void downloaded(TaskId task, UserId from, UserId receiver) {
        records.delete(task, from, receiver);
    }

    /** The files that wait for a user, without those that the user no longer wants and whose records have yet to go. */
    public CompletableFuture<WaitingFiles> waitingFor(UserId user) {
        Set<TaskId> unwanted = records.beingDeletedFor(user);
        return files.waitingFor(user).thenApply(recorded -> {
            List<OfflineFile> waiting = recorded.stream()
                    .filter(file -> !unwanted.contains(file.task()))
                    .toList();
            return new WaitingFiles(
                    waiting.stream()
                            .map(file -> new WaitingFiles.Waiting(
                                    file, addressesOf(file).orElse(List.of())))
                            .toList(),
                    sharedAddresses(waiting));
        });
    }

    /** Older clients know one file-server for the whole list: the one that holds it all, if there is such a one. */
    private List<ServerAddress> sharedAddresses(List<OfflineFile> waiting) {
        List<Optional<String>> holders =
                waiting.stream().map(OfflineFile::serverId).distinct().toList();
        return holders.size() == 1
                ? addressesOf(waiting.get(0)).orElseGet(servers::allAddresses)
                : servers.allAddresses();
    }
}
