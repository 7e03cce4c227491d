package im.server.token;

import im.proto.base.ClientFileRole;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a token allows: one user to take one role in one task.
 *
 * @param taskId as it goes over the wire
 * @param userId as it goes over the wire
 */
public record Grant(String taskId, int userId, ClientFileRole role) {

    /** What is signed of it besides the token's own bytes. The task id, whose length varies, comes last. */
    byte[] signed() {
        byte[] task = taskId.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Integer.BYTES + task.length)
                .putInt(userId)
                .put(task)
                .array();
    }
}
