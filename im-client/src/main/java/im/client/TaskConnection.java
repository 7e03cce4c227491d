package im.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import im.netlib.Block;
import im.netlib.Connection;
import im.netlib.LargeFiles;
import im.netlib.Limits;
import im.netlib.Pdu;
import im.netlib.Router;
import im.netlib.Session;
import im.proto.Command;
import im.proto.Commands;
import im.proto.base.ClientFileState;
import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFileState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The connection to the file-server that one attempt at a transfer has, once it is in the task. Event loop only. Once it was left
 * nothing more is heard of it.
 */
final class TaskConnection implements Session {
    private static final Router<TaskConnection> MOVING = Router.<TaskConnection>forRole("file-server")
            .on(Commands.FILE_STATE, (task, state, seq) -> task.received(state))
            .on(Commands.FILE_PULL_DATA_REQ, TaskConnection::received)
            .onPdu(Commands.FILE_PULL_DATA_RSP, TaskConnection::received)
            .ignore(Commands.FILE_LOGIN_RES)
            .build();

    /** What the file-server says, and that it went away. */
    interface Listener {
        void onState(IMFileState state);

        void onPull(long offset, long size, int seq);

        /** The block is gone when this returns. */
        void onBlock(Block block);

        void onWritable();

        /** It said what it must not say. */
        void onOffence(String what);

        void onLost();
    }

    private final Connection connection;
    private final String taskId;
    private final byte[] taskIdBytes;
    private final int userId;
    private final Listener listener;
    private boolean left;

    private TaskConnection(Connection connection, String taskId, int userId, Listener listener) {
        this.connection = connection;
        this.taskId = taskId;
        this.taskIdBytes = taskId.getBytes(StandardCharsets.UTF_8);
        this.userId = userId;
        this.listener = listener;
    }

    /** Takes over a connection that is logged in to the task. */
    static TaskConnection over(
            Connection connection, Duration silenceLimit, String taskId, int userId, Listener listener) {
        TaskConnection task = new TaskConnection(connection, taskId, userId, listener);
        connection.become(MOVING, task, new Limits(MsgServerLink.MAX_FRAME_LENGTH, silenceLimit));
        return task;
    }

    private void received(IMFileState state) {
        if (isHeard(state.getTaskId().equals(taskId))) {
            listener.onState(state);
        }
    }

    private void received(IMFilePullDataReq pull, int seq) {
        if (isHeard(pull.getTaskId().equals(taskId))) {
            long offset = LargeFiles.offset(pull.getOffset(), pull.hasOffset64(), pull.getOffset64());
            listener.onPull(offset, Integer.toUnsignedLong(pull.getDataSize()), seq);
        }
    }

    private void received(Pdu pdu) {
        Block block = Block.parse(pdu);
        if (isHeard(block.isOf(taskIdBytes))) {
            listener.onBlock(block);
        }
    }

    private boolean isHeard(boolean ofThisTask) {
        if (!left && !ofThisTask) {
            listener.onOffence("the file-server sent something of another task");
        }
        return !left && ofThisTask;
    }

    @Override
    public void onWritabilityChanged(boolean writable) {
        if (!left && writable) {
            listener.onWritable();
        }
    }

    @Override
    public void onClosed() {
        if (!left) {
            left = true;
            listener.onLost();
        }
    }

    boolean isWritable() {
        return connection.isWritable();
    }

    ByteBufAllocator allocator() {
        return connection.allocator();
    }

    void sendState(ClientFileState state) {
        send(
                Commands.FILE_STATE,
                0,
                IMFileState.newBuilder()
                        .setState(state)
                        .setTaskId(taskId)
                        .setUserId(userId)
                        .build());
    }

    <M extends MessageLite> void send(Command<M> command, int seq, M message) {
        connection.send(command, seq, message);
    }

    /** What comes before the data of a block. */
    ByteBuf blockHead(int seq, int result, long offset, int length) {
        return Block.head(connection.allocator(), seq, result, taskIdBytes, userId, offset, length);
    }

    /** What comes before the data of the block that ends the file. */
    ByteBuf lastBlockHead(int seq, long offset, ByteString sha256, int length) {
        return Block.head(connection.allocator(), seq, 0, taskIdBytes, userId, offset, sha256.toByteArray(), length);
    }

    ChannelFuture write(ByteBuf frames) {
        return connection.write(frames);
    }

    /** What was said so far is still sent. */
    void leave() {
        left = true;
        connection.closeAfterFlush("the transfer is over");
    }

    /** Completes when the connection is gone. */
    CompletableFuture<Void> gone() {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        connection.closed().addListener(closed -> gone.complete(null));
        return gone;
    }

    @Override
    public String describe() {
        return "task " + taskId;
    }
}
