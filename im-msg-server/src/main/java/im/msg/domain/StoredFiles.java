package im.msg.domain;

import im.msg.domain.OfflineFiles.Ended;
import im.msg.domain.OfflineFiles.Fate;
import im.netlib.LargeFiles;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files that file-servers keep: that they are there, for whom they wait, and that nobody wants them any more. Thread-safe. */
public final class StoredFiles {
    private static final Logger log = LoggerFactory.getLogger(StoredFiles.class);

    private final FileServers servers;
    private final OfflineFiles files;
    private final OfflineRecords records;
    private final RecentTasks tasks;
    private final Receivers receivers;
    private final GroupDirectory groups;

    public StoredFiles(
            FileServers servers,
            OfflineFiles files,
            OfflineRecords records,
            RecentTasks tasks,
            Receivers receivers,
            GroupDirectory groups) {
        this.servers = servers;
        this.files = files;
        this.records = records;
        this.tasks = tasks;
        this.receivers = receivers;
        this.groups = groups;
    }

    /**
     * A file-server says that it has stored a file. It is recorded; then its receiver is told, unless the file has been deleted
     * already. The future fails as that of {@link OfflineFiles#add}; whoever says so repeats it then.
     */
    public CompletableFuture<Fate> stored(OfflineFile file) {
        if (!BaseName.isUsable(file.baseName())) {
            return CompletableFuture.failedFuture(new RecordRefused("this is not the name of a file"));
        }
        return records.tryToAdd(file).thenApply(fate -> {
            if (fate == Fate.WAITS) {
                tellReceivers(file);
            }
            return fate;
        });
    }

    /** Who is away, or cannot be told now, finds the file on his list. */
    private void tellReceivers(OfflineFile file) {
        if (file.group().isEmpty()) {
            receivers.tell(notice(file));
            return;
        }
        groups.members(file.from(), file.group().getAsInt()).whenComplete((members, failure) -> {
            if (failure == null) {
                members.stream()
                        .filter(member -> !member.equals(file.from()))
                        .forEach(member -> receivers.tell(notice(file.forMember(member))));
            } else {
                log.warn("task {}: the members of its group are not told: {}", file.task(), failure.toString());
            }
        });
    }

    /** A file-server says that nobody has fetched a file in time. The future fails as above. */
    public CompletableFuture<Fate> expired(TaskId task, UserId from, UserId to) {
        return records.tryToDelete(task, from, to);
    }

    /** A file-server wants to know whether this user may fetch a group's file now. */
    public CompletableFuture<Boolean> waitsFor(TaskId task, UserId user) {
        return files.waitsFor(task, user);
    }

    /** A file-server wants to know which of its files wait no more. */
    public CompletableFuture<Ended> endedAmong(List<TaskId> asked) {
        return files.endedAmong(asked);
    }

    /**
     * The sender says that the file is uploaded. Where the file-server says so itself that is no news, and may not even be true:
     * clients say it when they have queued the last block. Otherwise the file is recorded, sooner or later; then its receiver is
     * told. What does not fit the task, if that was created here, is ignored.
     */
    public void uploaded(OfflineFile file) {
        Optional<RecentTasks.Known> known = tasks.find(file.task());
        if (!BaseName.isUsable(file.baseName()) || known.isPresent() && !fits(file, known.get())) {
            log.warn("task {}: not recorded: {} announces what does not belong to it", file.task(), file.from());
            return;
        }
        Optional<String> holder = known.map(RecentTasks.Known::serverId);
        if (holder.map(servers::announces).orElseGet(servers::allAnnounce)) {
            log.debug("task {}: its file-server will say when it is stored", file.task());
            return;
        }
        OfflineFile record = holder.map(file::heldBy).orElse(file);
        records.add(record).thenAccept(fate -> {
            if (fate == Fate.WAITS) {
                receivers.tell(notice(record));
            }
        });
    }

    private static boolean fits(OfflineFile file, RecentTasks.Known task) {
        return task.mode() == TransferMode.OFFLINE
                && task.from().equals(file.from())
                && task.to().equals(file.to());
    }

    private FileNotice notice(OfflineFile file) {
        return new FileNotice(
                file.from(),
                file.to(),
                file.baseName(),
                file.size(),
                file.task(),
                addressesOf(file).orElseGet(servers::allAddresses),
                TransferMode.OFFLINE,
                true,
                file.expires(),
                file.sha256(),
                receiverToken(file),
                file.group());
    }

    private Optional<Token> receiverToken(OfflineFile file) {
        return file.serverId()
                .flatMap(holder -> servers.token(holder, file.task(), file.to(), TransferRole.DOWNLOADER));
    }

    private Optional<List<ServerAddress>> addressesOf(OfflineFile file) {
        return file.serverId().map(servers::addressesOf).filter(addresses -> !addresses.isEmpty());
    }

    /** The receiver has the file; its record is deleted, sooner or later. */
    public void downloaded(TaskId task, UserId from, UserId receiver) {
        records.delete(task, from, receiver);
    }

    /**
     * The files that wait for a user, without those that the user no longer wants and whose records have yet to go, and those that the
     * client cannot handle.
     */
    public CompletableFuture<WaitingFiles> waitingFor(OnlineClient client) {
        return wantedBy(client.user()).thenApply(wanted -> {
            List<OfflineFile> waiting = wanted.stream()
                    .filter(file -> client.takesLargeFiles() || !LargeFiles.isLarge(file.size()))
                    .toList();
            return new WaitingFiles(
                    waiting.stream()
                            .map(file -> new WaitingFiles.Waiting(
                                    file, addressesOf(file).orElse(List.of()), receiverToken(file)))
                            .toList(),
                    sharedAddresses(waiting));
        });
    }

    /** What the user is to be told of the files that wait. */
    public CompletableFuture<List<FileNotice>> noticesFor(UserId user) {
        return wantedBy(user)
                .thenApply(waiting -> waiting.stream().map(this::notice).toList());
    }

    private CompletableFuture<List<OfflineFile>> wantedBy(UserId user) {
        Set<TaskId> unwanted = records.beingDeletedFor(user);
        return files.waitingFor(user)
                .thenApply(recorded -> recorded.stream()
                        .filter(file -> !unwanted.contains(file.task()))
                        .toList());
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
