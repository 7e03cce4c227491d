package im.msg.domain;

import java.util.List;

/**
 * A transfer task that a file-server has created.
 *
 * @param serverId of that file-server
 * @param addresses for the clients
 */
public record CreatedTask(TaskId id, String serverId, List<ServerAddress> addresses) {}
