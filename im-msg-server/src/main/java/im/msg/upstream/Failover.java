package im.msg.upstream;

import com.google.common.base.Throwables;
import im.netlib.LinkLostException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;

/** Asks another db-proxy when the one that was asked is lost: they share the database. */
final class Failover {
    /** A ready one among those that are wanted. */
    interface Choice extends Function<Predicate<DbProxyLink>, Optional<DbProxyLink>> {}

    private Failover() {}

    /**
     * Asks one and, when it is lost, another one, once. Nobody knows then whether the first has carried it out.
     *
     * @param mayRepeat whether what was lost with this one may be asked again, and whether this one may be asked again what was lost
     */
    static <R> CompletableFuture<R> ask(
            Choice choice, Function<DbProxyLink, CompletableFuture<R>> request, Predicate<DbProxyLink> mayRepeat) {
        return choice.apply(link -> true)
                .map(first -> request.apply(first)
                        .exceptionallyCompose(failure -> isLoss(failure) && mayRepeat.test(first)
                                ? choice.apply(link -> link != first && mayRepeat.test(link))
                                        .map(request)
                                        .orElseGet(Failover::noneReady)
                                : CompletableFuture.failedFuture(failure)))
                .orElseGet(Failover::noneReady);
    }

    private static boolean isLoss(Throwable failure) {
        return Throwables.getRootCause(failure) instanceof LinkLostException;
    }

    static <R> CompletableFuture<R> noneReady() {
        return CompletableFuture.failedFuture(new LinkLostException("no db-proxy is ready"));
    }
}
