package im.msg.upstream;

import com.google.common.base.Throwables;
import im.msg.domain.CreatedTask;
import im.msg.domain.FileRefused;
import im.msg.domain.FileRequest;
import im.msg.domain.FileServers;
import im.msg.domain.ServerAddress;
import im.netlib.LinkLostException;
import im.netlib.LinkPool;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** All file-servers, any of which will do for a new task. Thread-safe. */
public final class FileServerPool implements FileServers {
    private final LinkPool<FileServerLink> links;

    public FileServerPool(LinkPool<FileServerLink> links) {
        this.links = links;
    }

    @Override
    public CompletableFuture<CreatedTask> createTask(FileRequest request) {
        return links.pickReady()
                .map(link -> link.createTask(request)
                        .exceptionallyCompose(failure -> createElsewhere(request, link, failure)))
                .orElseGet(FileServerPool::noneReady);
    }

    /** A link that died says nothing about the request. One more server is asked, and no third. */
    private CompletableFuture<CreatedTask> createElsewhere(
            FileRequest request, FileServerLink failed, Throwable failure) {
        if (!(Throwables.getRootCause(failure) instanceof LinkLostException)) {
            return CompletableFuture.failedFuture(failure);
        }
        return links.pickReady(link -> link != failed)
                .map(link -> link.createTask(request))
                .orElseGet(FileServerPool::noneReady);
    }

    private static CompletableFuture<CreatedTask> noneReady() {
        return CompletableFuture.failedFuture(new FileRefused("no file-server is ready"));
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
