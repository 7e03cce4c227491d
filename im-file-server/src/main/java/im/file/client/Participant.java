package im.file.client;

import im.file.transfer.FileState;
import im.file.transfer.Participation;
import im.file.transfer.Peer;
import im.file.transfer.Pull;
import im.file.transfer.TaskId;
import im.file.transfer.TransferRole;
import im.netlib.Block;
import im.netlib.Connection;
import im.netlib.LargeFiles;
import im.netlib.Pdu;
import im.netlib.ProtocolViolation;
import im.netlib.Session;
import im.proto.Capabilities;
import im.proto.Commands;
import im.proto.base.ClientFileState;
import im.proto.base.FileServerError;
import im.proto.base.TransferFileType;
import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFileState;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.ReferenceCounted;

/**
 * One client in one transfer: turns its PDUs into calls of the {@link Participation}, and what the transfer does to a {@link
 * Peer} into PDUs. On the event loop of the shard.
 */
final class Participant implements Session, Peer {
    private static final int MAX_CONTROL_LENGTH = 512;

    private final Connection connection;
    private final TransferRole role;
    private final long userId;
    private final TaskId taskId;
    private final byte[] taskIdBytes;
    private final int capabilities;
    private final ChannelFutureListener watchWrite = this::written;
    private Participation participation;
    private boolean writeFailed;

    Participant(Connection connection, TransferRole role, long userId, TaskId taskId, int capabilities) {
        this.connection = connection;
        this.role = role;
        this.userId = userId;
        this.taskId = taskId;
        this.taskIdBytes = taskId.bytes();
        this.capabilities = capabilities;
    }

    /** To be called once, when the client was told that it is in and before anything of it is handled. */
    void takesPartAs(Participation role) {
        participation = role;
        role.onJoined();
    }

    // From the client.

    void onPull(Pdu pdu) {
        checkLength(pdu);
        IMFilePullDataReq request = pdu.parse(Commands.FILE_PULL_DATA_REQ);
        checkTask(request.getTaskId().equals(taskId.text()));
        checkUser(Integer.toUnsignedLong(request.getUserId()));
        int length = request.getDataSize() < 0 ? Integer.MAX_VALUE : request.getDataSize();
        long offset = LargeFiles.offset(request.getOffset(), request.hasOffset64(), request.getOffset64());
        participation.onPull(pdu, new Pull(offset, length, pdu.seq()));
    }

    void onBlock(Pdu pdu) {
        Block block = Block.parse(pdu);
        checkTask(block.isOf(taskIdBytes));
        checkUser(block.userId());
        participation.onBlock(pdu, block);
    }

    void onState(Pdu pdu) {
        checkLength(pdu);
        IMFileState said = pdu.parse(Commands.FILE_STATE);
        checkTask(said.getTaskId().equals(taskId.text()));
        checkUser(Integer.toUnsignedLong(said.getUserId()));
        participation.onState(pdu, FileState.valueOf(said.getState().name().substring("CLIENT_FILE_".length())));
    }

    /** These may be kept until the other side comes, and have no reason to be long. */
    private static void checkLength(Pdu pdu) {
        if (pdu.length() > MAX_CONTROL_LENGTH) {
            throw new ProtocolViolation(pdu + ": longer than " + MAX_CONTROL_LENGTH);
        }
    }

    private void checkTask(boolean same) {
        if (!same) {
            throw new ProtocolViolation("speaks of another task than its own");
        }
    }

    private void checkUser(long claimed) {
        if (claimed != userId) {
            throw new ProtocolViolation("speaks as user " + claimed);
        }
    }

    @Override
    public void onWritabilityChanged(boolean writable) {
        participation.onWritabilityChanged(writable);
    }

    @Override
    public void onClosed() {
        participation.onGone();
    }

    // To the client.

    @Override
    public long userId() {
        return userId;
    }

    @Override
    public int capabilities() {
        return capabilities;
    }

    @Override
    public boolean saysDone() {
        return Capabilities.has(capabilities, Capabilities.SAYS_DONE);
    }

    /** With nothing but the fields that everybody knows, if the sender is a client of others. */
    @Override
    public void tellReady(long sender, int ofSender) {
        IMFileState.Builder ready = message(FileState.PEER_READY, sender);
        if (ofSender != 0) {
            ready.setCapabilities(ofSender);
        }
        connection.send(Commands.FILE_STATE, ready.build());
    }

    @Override
    public void tell(FileState state, long ofUser) {
        connection.send(Commands.FILE_STATE, message(state, ofUser).build());
    }

    @Override
    public void tell(FileState state, long ofUser, String why) {
        connection.send(
                Commands.FILE_STATE, message(state, ofUser).setResultString(why).build());
    }

    private IMFileState.Builder message(FileState state, long ofUser) {
        return IMFileState.newBuilder()
                .setState(ClientFileState.valueOf("CLIENT_FILE_" + state))
                .setTaskId(taskId.text())
                .setUserId((int) ofUser);
    }

    @Override
    public void relay(Pdu pdu) {
        connection.forward(pdu).addListener(watchWrite);
    }

    @Override
    public void relay(Pdu block, int seq) {
        connection.forward(block, seq).addListener(watchWrite);
    }

    @Override
    public void relayCut(Block block, int length, int seq) {
        ByteBuf head = Block.head(
                connection.allocator(), seq, block.resultCode(), taskIdBytes, block.userId(), block.offset(), length);
        connection.write(head);
        // A copy: a slice would keep the whole block in memory while it waits.
        connection.write(block.data().copy(0, length)).addListener(watchWrite);
    }

    @Override
    public void answer(Pull pull, long ofUser, int resultCode, ByteBuf data) {
        ByteBuf head = Block.head(
                connection.allocator(),
                pull.seq(),
                resultCode,
                taskIdBytes,
                ofUser,
                pull.offset(),
                data.readableBytes());
        connection.write(head, data).addListener(watchWrite);
    }

    @Override
    public void pullAs(Pdu form, long offset, int length, int seq) {
        IMFilePullDataReq.Builder request = form.parse(Commands.FILE_PULL_DATA_REQ).toBuilder()
                .clearOffset64()
                .setDataSize(length);
        LargeFiles.putOffset(offset, request::setOffset, request::setOffset64);
        connection.sendAs(form, seq, request.build());
    }

    @Override
    public void pull(long offset, int length) {
        IMFilePullDataReq.Builder request = IMFilePullDataReq.newBuilder()
                .setTaskId(taskId.text())
                .setUserId((int) userId)
                .setTransMode(TransferFileType.FILE_TYPE_OFFLINE)
                .setDataSize(length);
        LargeFiles.putOffset(offset, request::setOffset, request::setOffset64);
        connection.send(Commands.FILE_PULL_DATA_REQ, request.build());
    }

    @Override
    public void serve(Pull pull, int length, ReferenceCounted piece) {
        ByteBuf head = Block.head(connection.allocator(), pull.seq(), 0, taskIdBytes, userId, pull.offset(), length);
        connection.write(head, piece);
    }

    @Override
    public void refuse(Pull pull) {
        int code = FileServerError.FILE_SERVER_ERRNO_PULL_DATA_SEEK_OFFSET_ERROR_VALUE;
        connection.write(Block.head(connection.allocator(), pull.seq(), code, taskIdBytes, userId, pull.offset(), 0));
    }

    private void written(ChannelFuture write) {
        writeFailed |= !write.isSuccess();
    }

    @Override
    public boolean isWritable() {
        return connection.isWritable();
    }

    @Override
    public void whenFlushed(Runnable task) {
        connection.write(connection.allocator().buffer(0)).addListener(flushed -> {
            if (flushed.isSuccess()) {
                task.run();
            }
        });
    }

    @Override
    public boolean tookEverything() {
        return !writeFailed && !connection.wasReset();
    }

    @Override
    public void readFrom(boolean reading) {
        connection.readFrom(reading);
    }

    @Override
    public void finish(String reason) {
        connection.closeAfterFlush(reason);
    }

    @Override
    public String describe() {
        return role + ", user " + userId + ", task " + taskId;
    }
}
