package im.msg.upstream;

import com.google.common.base.Throwables;
import com.google.common.hash.Hashing;
import im.msg.domain.CreatedTask;
import im.msg.domain.FileRefused;
import im.msg.domain.FileRequest;
import im.msg.domain.FileServers;
import im.msg.domain.ServerAddress;
import im.msg.domain.TaskId;
import im.msg.domain.Token;
import im.msg.domain.TransferMode;
import im.msg.domain.TransferRole;
import im.msg.domain.UserId;
import im.msg.wire.FileMessages;
import im.netlib.LinkLostException;
import im.netlib.LinkPool;
import im.server.token.Grant;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** All file-servers, any of which can do a new task. Thread-safe. */
public final class FileServerPool implements FileServers {
    private final LinkPool<FileServerLink> links;
    private final Duration tokensValidFor;
    private final Clock clock;

    /** @param tokensValidFor how long a token is good */
    public FileServerPool(LinkPool<FileServerLink> links, Duration tokensValidFor, Clock clock) {
        this.links = links;
        this.tokensValidFor = tokensValidFor;
        this.clock = clock;
    }

    @Override
    public CompletableFuture<CreatedTask> createTask(FileRequest request) {
        return pick(request, link -> takes(link, request))
                .map(link -> link.createTask(request)
                        .exceptionallyCompose(failure -> createElsewhere(request, link, failure)))
                .orElseGet(() -> noneReady(request));
    }

    private static boolean takes(FileServerLink link, FileRequest request) {
        return (!request.isLarge() || link.identity().takesLargeFiles())
                && (request.group().isEmpty() || link.identity().takesFilesForGroups());
    }

    /**
     * One of the ready links that will do. A file that is to be stored goes to the same store whenever it is sent, through whichever
     * msg-server, as long as that store is there, and of servers that share a store to the same one: it may have what came of an upload
     * that broke off.
     */
    private Optional<FileServerLink> pick(FileRequest request, Predicate<FileServerLink> usable) {
        if (request.mode() == TransferMode.ONLINE) {
            return links.pickReady(usable);
        }
        return links.all().stream()
                .filter(FileServerLink::isReady)
                .filter(usable)
                .map(link -> link.identity().serverId())
                .max(Comparator.comparingLong(store -> weight(request, store)))
                .flatMap(store -> links.pickReady(
                        weight(request, store),
                        usable.and(link -> link.identity().serverId().equals(store))))
                .or(() -> links.pickReady(usable));
    }

    /** Every store weighs differently for every file, so that the files of one that goes spread over all others. */
    private static long weight(FileRequest request, String store) {
        return Hashing.sipHash24()
                .newHasher()
                .putLong(request.from().value())
                .putLong(
                        request.group().isPresent()
                                ? (long) request.group().getAsInt() << Integer.SIZE
                                : request.to().value())
                .putLong(request.size())
                .putUnencodedChars(request.baseName())
                .putUnencodedChars(store)
                .hash()
                .asLong();
    }

    /** A link that died says nothing about the request. One more server is asked, and no third. */
    private CompletableFuture<CreatedTask> createElsewhere(
            FileRequest request, FileServerLink failed, Throwable failure) {
        if (!(Throwables.getRootCause(failure) instanceof LinkLostException)) {
            return CompletableFuture.failedFuture(failure);
        }
        return pick(request, link -> link != failed && takes(link, request))
                .map(link -> link.createTask(request))
                .orElseGet(() -> noneReady(request));
    }

    private CompletableFuture<CreatedTask> noneReady(FileRequest request) {
        if (links.pickReady().isEmpty()) {
            return CompletableFuture.failedFuture(new FileRefused("no file-server is ready"));
        }
        return CompletableFuture.failedFuture(new FileRefused("no file-server that is ready can handle files "
                + (request.group().isPresent() ? "for groups" : "of 4 GiB or more")));
    }

    @Override
    public Optional<Token> token(String serverId, TaskId task, UserId user, TransferRole role) {
        Grant grant = new Grant(task.text(), user.value(), FileMessages.role(role));
        return links.all().stream()
                .map(FileServerLink::identity)
                .filter(identity -> identity.serverId().equals(serverId))
                .flatMap(identity -> identity.tokenKey().stream())
                .findFirst()
                .map(key -> new Token(key.sign(grant, clock.instant().plus(tokensValidFor))));
    }

    @Override
    public List<ServerAddress> addressesOf(String serverId) {
        return addresses(link -> link.identity().serverId().equals(serverId))
                .findFirst()
                .orElse(List.of());
    }

    @Override
    public boolean announces(String serverId) {
        return links.all().stream()
                .map(FileServerLink::identity)
                .anyMatch(identity -> identity.serverId().equals(serverId) && identity.announces());
    }

    @Override
    public boolean allAnnounce() {
        List<FileServerLink.Identity> met = links.all().stream()
                .map(FileServerLink::identity)
                .filter(FileServerLink.Identity::isKnown)
                .toList();
        return !met.isEmpty() && met.stream().allMatch(FileServerLink.Identity::announces);
    }

    @Override
    public List<ServerAddress> allAddresses() {
        return addresses(link -> true).flatMap(List::stream).distinct().toList();
    }

    /** Of each link that is wanted: first of one that is ready, picked at random, then of the others that are, then of the rest. */
    private Stream<List<ServerAddress>> addresses(Predicate<FileServerLink> wanted) {
        Stream<FileServerLink> picked = links.pickReady(wanted).stream();
        Stream<FileServerLink> ready = links.all().stream().filter(FileServerLink::isReady);
        return Stream.of(picked, ready, links.all().stream())
                .flatMap(some -> some)
                .filter(wanted)
                .distinct()
                .map(link -> link.identity().addresses())
                .filter(addresses -> !addresses.isEmpty());
    }
}
