package im.file.store;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Uploads of this process that broke off and are being put away, so that whoever comes back at once waits for them. Thread-safe. */
final class Handover {
    private final Map<FileKey, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

    /** @param step puts the upload away; its failure is somebody else's affair */
    void begun(FileKey key, CompletableFuture<Void> step) {
        underWay.put(key, step);
        step.whenComplete((nothing, failure) -> underWay.remove(key, step));
    }

    /** Completes when nothing of that file is being put away any more. */
    CompletableFuture<Void> settled(FileKey key) {
        return underWay.getOrDefault(key, CompletableFuture.completedFuture(null))
                .exceptionally(failure -> null);
    }
}
