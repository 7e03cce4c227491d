package im.client;

import im.client.TransferException.Reason;
import im.netlib.Block;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.base.FileServerError;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFileReq;
import im.proto.file.IMFileRsp;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** A file that this user sends: answers what it is asked for, in the order of asking. */
final class OutgoingTransfer extends RunningTransfer {
    /** The protocol has 32 bits for a size. */
    private static final long MAX_SIZE = 0xffff_ffffL;

    /** Who asks for more than this without reading a block is not going to read them. */
    private static final int MAX_WAITING_PULLS = 2048;

    private record Pull(long offset, int size, int seq) {}

    private final Path path;
    private final int toUserId;
    private final Queue<Pull> pulls = new ArrayDeque<>();
    private SourceFile file;
    private boolean reading;
    private boolean asked;
    private long sent;

    OutgoingTransfer(MsgServerLink link, Executor disk, Path path, int toUserId, TransferListener listener) {
        super(link, disk, listener);
        this.path = path;
        this.toUserId = toUserId;
    }

    // Before the task

    @Override
    void start() {
        onDisk(() -> file = SourceFile.open(path), this::request);
    }

    private void request() {
        if (failIfCancelled()) {
            return;
        }
        if (file.size() > MAX_SIZE) {
            fail(new TransferException(
                    Reason.TOO_LARGE,
                    path + " has " + file.size() + " bytes; the protocol allows less than 4 GiB. Split the file."));
            return;
        }
        IMFileReq request = IMFileReq.newBuilder()
                .setFromUserId(selfId())
                .setToUserId(toUserId)
                .setFileName(file.name())
                .setFileSize((int) file.size())
                .setTransMode(TransferMode.ONLINE.wire())
                .build();
        link().call(Commands.FILE_REQUEST, request, IMFileRsp.class).whenComplete((response, failure) -> {
            if (failure == null) {
                onResponse(response);
            } else {
                fail(new TransferException(Reason.CONNECTION_LOST, failure.getMessage(), failure));
            }
        });
    }

    private void onResponse(IMFileRsp response) {
        if (response.getResultCode() != 0) {
            fail(new TransferException(
                    Reason.REQUEST_REFUSED,
                    response.hasResultString()
                            ? "the msg-server refused the file: " + response.getResultString()
                            : "the msg-server refused the file (result "
                                    + Integer.toUnsignedString(response.getResultCode())
                                    + "): no file-server may be up, or there is no such user"));
            return;
        }
        TransferMode mode = TransferMode.of(response.getTransMode());
        join(
                response.getTaskId(),
                mode,
                file.size(),
                Addresses.of(response.getIpAddrListList()),
                mode == TransferMode.ONLINE
                        ? ClientFileRole.CLIENT_REALTIME_SENDER
                        : ClientFileRole.CLIENT_OFFLINE_UPLOAD);
    }

    // In the task

    @Override
    void onLoggedIn() {}

    @Override
    void onPull(long offset, long size, int seq) {
        asked = true;
        if (pulls.size() >= MAX_WAITING_PULLS) {
            failProtocol("more than " + MAX_WAITING_PULLS + " blocks were asked for at once");
            return;
        }
        long left = Math.max(0, file.size() - offset);
        pulls.add(new Pull(offset, (int) Math.min(Math.min(size, left), Block.MAX_DATA_LENGTH), seq));
        answerNext();
    }

    /** Reads one block at a time, and none while the connection is full. */
    private void answerNext() {
        while (!reading && isMoving() && connection().isWritable() && !pulls.isEmpty()) {
            Pull pull = pulls.remove();
            if (pull.offset() <= file.size()) {
                read(pull);
            } else {
                int behindTheEnd = FileServerError.FILE_SERVER_ERRNO_PULL_DATA_SEEK_OFFSET_ERROR_VALUE;
                connection().write(head(pull, behindTheEnd));
            }
        }
    }

    private void read(Pull pull) {
        reading = true;
        ByteBuf data = connection().allocator().directBuffer(Math.max(1, pull.size()));
        onDisk(() -> readOrRelease(pull, data), () -> answer(pull, data));
    }

    private void readOrRelease(Pull pull, ByteBuf data) throws IOException {
        try {
            file.read(pull.offset(), pull.size(), data);
        } catch (IOException | RuntimeException e) {
            data.release();
            throw e;
        }
    }

    private void answer(Pull pull, ByteBuf data) {
        reading = false;
        if (!isMoving()) {
            data.release();
            return;
        }
        ByteBuf sending = data.retainedDuplicate();
        connection().write(Unpooled.wrappedBuffer(head(pull, 0), sending)).addListener(written -> {
            if (written.isSuccess() && isMoving()) {
                sent = Math.max(sent, pull.offset() + pull.size());
                moved(sent, file.size());
            }
        });
        hash(pull, data);
        answerNext();
    }

    /** While the other side takes the block and asks for the next. */
    private void hash(Pull pull, ByteBuf data) {
        onDisk(
                () -> {
                    try {
                        file.hash(pull.offset(), data);
                    } finally {
                        data.release();
                    }
                },
                () -> {});
    }

    private ByteBuf head(Pull pull, int result) {
        return Block.head(
                connection().allocator(), pull.seq(), result, taskIdBytes(), selfId(), pull.offset(), pull.size());
    }

    @Override
    public void onWritabilityChanged(boolean writable) {
        if (writable) {
            answerNext();
        }
    }

    @Override
    void onBlock(Block block) {
        failProtocol("the file-server sent a block of the file that it should ask for");
    }

    @Override
    void onState(ClientFileState state) {
        switch (state) {
            case CLIENT_FILE_DONE -> onDone();
            case CLIENT_FILE_REFUSE ->
                fail(new TransferException(Reason.REFUSED_BY_PEER, "the receiver does not want the file"));
            case CLIENT_FILE_CANCEL ->
                fail(new TransferException(
                        Reason.CANCELLED_BY_PEER,
                        mode() == TransferMode.ONLINE
                                ? "the receiver cancelled the transfer or went away"
                                : "the file-server gave up the upload"));
            default -> {}
        }
    }

    private void onDone() {
        if (sent < file.size()) {
            fail(new TransferException(
                    Reason.PROTOCOL,
                    "the other side says that it is done after " + sent + " of " + file.size() + " bytes"));
            return;
        }
        finishing();
        leaveTask();
        String[] sha256 = new String[1];
        onDisk(() -> sha256[0] = file.sha256(), () -> {
            if (mode() == TransferMode.ONLINE) {
                succeed(path, file.size(), sha256[0]);
            } else {
                announce(sha256[0]);
            }
        });
    }

    /** The file is stored: only now may anybody be told. */
    private void announce(String sha256) {
        IMFileAddOfflineReq stored = IMFileAddOfflineReq.newBuilder()
                .setFromUserId(selfId())
                .setToUserId(toUserId)
                .setTaskId(taskId().orElseThrow())
                .setFileName(file.name())
                .setFileSize((int) file.size())
                .build();
        link().tell(Commands.FILE_ADD_OFFLINE_REQ, stored).whenComplete((told, failure) -> {
            if (failure == null) {
                succeed(path, file.size(), sha256);
            } else {
                fail(new TransferException(
                        Reason.CONNECTION_LOST,
                        "the file is stored, but the msg-server could not be told, so its receiver will not see it;"
                                + " send it again",
                        failure));
            }
        });
    }

    /** A person who has to say yes may take long; a file-server may not. */
    @Override
    Duration patience() {
        return asked || mode() == TransferMode.OFFLINE
                ? link().options().progressTimeout()
                : link().options().acceptTimeout();
    }

    @Override
    boolean tellsPeer() {
        return isMoving();
    }

    @Override
    void release() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
