package im.client;

import java.time.Duration;

/** Follows one transfer. Called on the client's event loop: do not block. */
public interface TransferListener {
    TransferListener NONE = new TransferListener() {};

    /**
     * Nothing moves yet: what this side has is read for its checksum. That is a file that will be sent, or what an earlier attempt
     * has left of one that is fetched.
     *
     * @param done how many bytes were read
     * @param total of how many
     */
    default void onChecksum(long done, long total) {}

    /**
     * The transfer has its task, and no byte has moved yet. Called again when it goes on after a break.
     *
     * @param mode how the file really travels, which the server decides
     * @param total size of the file in bytes
     */
    default void onStarted(String taskId, TransferMode mode, long total) {}

    /**
     * What was transferred earlier is not transferred again. Called after {@link #onStarted}, before anything moves.
     *
     * @param offset the first byte that will be
     * @param total size of the file in bytes
     */
    default void onResumed(long offset, long total) {}

    /**
     * Called after every block.
     *
     * @param done how many bytes were sent, or received and written
     * @param total size of the file in bytes
     */
    default void onProgress(long done, long total) {}

    /** The transfer broke off and goes on after a pause; {@link #onStarted} follows, or the end. */
    default void onRetry(TransferException why, Duration pause) {}
}
