package im.msg.domain;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The file-servers of the installation. Thread-safe. */
public interface FileServers {
    /** Has one of them, which can take the file, create a task. Fails with {@link FileRefused} when there is a reason that the sender can be told. */
    CompletableFuture<CreatedTask> createTask(FileRequest request);

    /** Lets this user take this role in a task of this server, for a while; empty when the server knows no tokens or was never met. */
    Optional<Token> token(String serverId, TaskId task, UserId user, TransferRole role);

    /** Where clients reach this server now, or reached it last; empty when it was never met. */
    List<ServerAddress> addressesOf(String serverId);

    /** Whether this server says itself what it has stored, so that clients need not be believed. */
    boolean announces(String serverId);

    /** Whether all servers that were ever met do. */
    boolean allAnnounce();

    /**
     * The last known addresses of all file-servers, those that are there now first: for a file of which nobody knows who holds it, so that
     * a client can ask one after the other.
     */
    List<ServerAddress> allAddresses();
}
