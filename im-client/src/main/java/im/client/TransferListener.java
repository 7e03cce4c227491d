package im.client;

/** Follows one transfer. Called on the client's event loop: do not block. */
public interface TransferListener {
    TransferListener NONE = new TransferListener() {};

    /**
     * The transfer has its task, and no byte has moved yet.
     *
     * @param mode how the file really travels, which the server decides
     * @param total size of the file in bytes
     */
    default void onStarted(String taskId, TransferMode mode, long total) {}

    /**
     * Called after every block.
     *
     * @param done how many bytes were sent, or received and written
     * @param total size of the file in bytes
     */
    default void onProgress(long done, long total) {}
}
