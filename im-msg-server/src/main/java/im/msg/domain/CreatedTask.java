package im.msg.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A transfer task that a file-server has created.
 *
 * @param serverId of that file-server
 * @param addresses for the clients
 * @param expires when what is stored is deleted if nobody has fetched it, where that is known
 */
public record CreatedTask(TaskId id, String serverId, List<ServerAddress> addresses, Optional<Instant> expires) {}
