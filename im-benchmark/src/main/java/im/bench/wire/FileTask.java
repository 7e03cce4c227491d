package im.bench.wire;

import java.net.InetSocketAddress;

/**
 * A transfer that a file-server knows.
 *
 * @param server where both sides go
 */
public record FileTask(String id, InetSocketAddress server, long size, Content content) {
    static final int SENDER = 1;
    static final int RECEIVER = 2;
}
