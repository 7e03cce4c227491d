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
        return addresses(link -> link.identity().serverId().equals(serverId));
    }

    @Override
    public List<ServerAddress> anyAddresses() {
        return addresses(link -> true);
    }

    private List<ServerAddress> addresses(Predicate<FileServerLink> wanted) {
        Stream<FileServerLink> ready = links.pickReady(wanted).stream();
        Stream<FileServerLink> known = links.all().stream().filter(wanted);
        return Stream.concat(ready, known)
                .map(link -> link.identity().addresses())
                .filter(addresses -> !addresses.isEmpty())
                .findFirst()
                .orElse(List.of());
    }
}
