package im.file.transfer;

import java.util.concurrent.CompletableFuture;

/** Makes it known that a file is stored: from then on its receiver can learn of it. Thread-safe. */
public interface Records {
    /**
     * Has a committed file recorded, for as long as that takes.
     *
     * @return completes when the file is recorded, and fails when it never can be. Whoever does not want to know any more cancels
     *     it; the file is recorded all the same, sooner or later.
     */
    CompletableFuture<Void> record(CommittedFile file);
}
