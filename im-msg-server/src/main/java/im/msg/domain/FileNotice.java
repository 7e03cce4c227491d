package im.msg.domain;

import java.util.List;

/**
 * What a receiver is told about a file.
 *
 * @param size in bytes
 * @param addresses of the file-server to fetch it from
 * @param stored true when it waits on the file-server, uploaded and recorded
 */
public record FileNotice(
        UserId from,
        UserId to,
        String baseName,
        long size,
        TaskId task,
        List<ServerAddress> addresses,
        TransferMode mode,
        boolean stored) {}
