package im.client;

import com.google.protobuf.ByteString;
import im.client.TransferException.Reason;
import im.netlib.Block;
import im.netlib.LargeFiles;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.FileServerError;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFileLoginRsp;
import im.proto.file.IMFileReq;
import im.proto.file.IMFileRsp;
import im.proto.file.IMFileState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * A file that this user sends: answers what it is asked for, in the order of asking. Where an upload goes on after a break is up
 * to the file-server, whose first question says it.
 */
final class OutgoingTransfer extends RunningTransfer {
    /** Who asks for more than this without reading a block is not going to read them. */
    private static final int MAX_WAITING_PULLS = 2048;

    /** A file up to this size is read for its checksum sooner than a msg-server answers twice. */
    private static final long HASHED_AT_ANY_RATE = 1 << 20;

    /** How many blocks are read ahead of the connection. */
    private static final int MAX_READING = 4;

    private static final long NOTHING_YET = -1;

    private record Pull(long offset, int size, int seq) {}

    private final Path path;
    private final ConversationId to;
    private final Queue<Pull> pulls = new ArrayDeque<>();
    private SourceFile file;
    /** If it is known before the file is sent. */
    private Optional<String> sha256 = Optional.empty();

    private Optional<Instant> expiresAt = Optional.empty();
    private long firstOffset = NOTHING_YET;
    private int reading;
    /** Else it is found while the file is sent; the disk threads write it. */
    private volatile Optional<String> whole = Optional.empty();

    private boolean asked;
    private long sent;

    OutgoingTransfer(MsgServerLink link, Executor disk, Path path, ConversationId to, TransferListener listener) {
        super(link, disk, listener, null);
        this.path = path;
        this.to = to;
    }

    // Before the task

    @Override
    void start() {
        onDisk(() -> file = SourceFile.open(path), this::prepare);
    }

    private void prepare() {
        if (to.isGroup() && !link().isOurs()) {
            fail(new TransferException(Reason.REQUEST_REFUSED, "this server takes no files for groups"));
        } else if (LargeFiles.isLarge(file.size()) && !link().isOurs()) {
            fail(new TransferException(
                    Reason.TOO_LARGE,
                    path + " has " + file.size()
                            + " bytes, and this server can only take less than 4 GiB. Split the file."));
        } else if (link().isOurs() && link().options().checksumFirst()) {
            if (file.size() <= HASHED_AT_ANY_RATE) {
                hash();
            } else {
                request(TransferMode.ONLINE, true);
            }
        } else {
            request(TransferMode.ONLINE, false);
        }
    }

    /** Piece by piece, so that it can be stopped. */
    private void hash() {
        if (failIfCancelled()) {
            return;
        }
        tell(to -> to.onChecksum(file.hashed(), file.size()));
        if (file.hashed() < file.size()) {
            onDisk(file::hashNext, this::hash);
        } else {
            onDisk(() -> sha256 = Optional.of(file.sha256()), () -> request(TransferMode.ONLINE, false));
        }
    }

    /** It was to be stored before, so even a receiver who has come meanwhile gets it from the store, where its beginning is. */
    @Override
    void startAgain() {
        request(TransferMode.OFFLINE, false);
    }

    /** @param onlineOnly whether it has to be read for its checksum first if it is to be stored */
    private void request(TransferMode wanted, boolean onlineOnly) {
        if (failIfCancelled()) {
            return;
        }
        IMFileReq.Builder request = IMFileReq.newBuilder()
                .setFromUserId(selfId())
                .setToUserId(to.isGroup() ? 0 : to.id())
                .setFileName(file.name())
                .setTransMode(wanted.wire());
        if (to.isGroup()) {
            request.setGroupId(to.id());
        }
        LargeFiles.putSize(file.size(), request::setFileSize, request::setFileSize64);
        sha256.ifPresent(known -> request.setSha256(bytes(known)));
        if (onlineOnly) {
            request.setOnlineOnly(true);
        }
        link().call(Commands.FILE_REQUEST, request.build(), IMFileRsp.class).whenComplete((response, failure) -> {
            if (failure == null && onlineOnly && wouldBeStored(response)) {
                hash();
            } else if (failure == null) {
                onResponse(response);
            } else {
                fail(new TransferException(Reason.CONNECTION_LOST, failure.getMessage(), failure));
            }
        });
    }

    private static boolean wouldBeStored(IMFileRsp response) {
        return response.getResultCode() != 0 && TransferMode.of(response.getTransMode()) == TransferMode.OFFLINE;
    }

    private static ByteString bytes(String sha256) {
        return ByteString.copyFrom(HexFormat.of().parseHex(sha256));
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
        expiresAt = mode == TransferMode.OFFLINE ? FileDetails.time(response.getExpiresAt()) : Optional.empty();
        TaskRole role = new TaskRole(
                response.getTaskId(),
                mode,
                mode == TransferMode.ONLINE
                        ? ClientFileRole.CLIENT_REALTIME_SENDER
                        : ClientFileRole.CLIENT_OFFLINE_UPLOAD,
                Addresses.of(response.getIpAddrListList()),
                response.getToken());
        join(role, file.size());
    }

    // In the task

    @Override
    void onLoggedIn(IMFileLoginRsp answer) {
        pulls.clear();
        reading = 0;
        asked = false;
        sent = 0;
    }

    @Override
    public void onPull(long offset, long size, int seq) {
        if (!isMoving()) {
            return;
        }
        if (pulls.size() >= MAX_WAITING_PULLS) {
            failProtocol("more than " + MAX_WAITING_PULLS + " blocks were asked for at once");
            return;
        }
        long left = Math.max(0, file.size() - offset);
        Pull pull = new Pull(offset, (int) Math.min(Math.min(size, left), Block.MAX_DATA_LENGTH), seq);
        if (!asked) {
            begin(pull);
        }
        pulls.add(pull);
        answerNext();
    }

    private void begin(Pull first) {
        asked = true;
        boolean resumed = mode() == TransferMode.OFFLINE && first.offset() > 0 && first.size() > 0;
        if (firstOffset == NOTHING_YET) {
            firstOffset = resumed ? first.offset() : 0;
        }
        if (resumed) {
            tell(to -> to.onResumed(first.offset(), file.size()));
        }
    }

    /** Reads a few blocks ahead, and none while the connection is full. */
    private void answerNext() {
        while (mayRead() && !pulls.isEmpty()) {
            Pull pull = pulls.remove();
            if (pull.offset() <= file.size()) {
                read(pull);
            } else {
                int behindTheEnd = FileServerError.FILE_SERVER_ERRNO_PULL_DATA_SEEK_OFFSET_ERROR_VALUE;
                connection().write(connection().blockHead(pull.seq(), behindTheEnd, pull.offset(), 0));
            }
        }
    }

    private boolean mayRead() {
        return isMoving() && reading < MAX_READING && connection().isWritable();
    }

    /** A block is on its way before it is counted into the checksum, if it does not bring that itself. */
    private void read(Pull pull) {
        reading++;
        TaskConnection asking = connection();
        ByteBuf data = asking.allocator().directBuffer(Math.max(1, pull.size()));
        if (bringsChecksum(pull)) {
            onDisk(
                    () -> {
                        readOrRelease(pull, data);
                        count(pull, data);
                    },
                    () -> answerLast(asking, pull, data));
        } else {
            onDisk(
                    () -> {
                        readOrRelease(pull, data);
                        data.retain();
                    },
                    () -> answer(asking, pull, data),
                    () -> {
                        count(pull, data);
                        data.release();
                    });
        }
    }

    private void readOrRelease(Pull pull, ByteBuf data) throws IOException {
        try {
            file.read(pull.offset(), pull.size(), data);
        } catch (IOException | RuntimeException e) {
            data.release();
            throw e;
        }
    }

    /** A receiver who is there has not heard it before, if it is found on the way. */
    private boolean bringsChecksum(Pull pull) {
        return mode() == TransferMode.ONLINE
                && link().isOurs()
                && sha256.isEmpty()
                && pull.size() > 0
                && pull.offset() + pull.size() == file.size();
    }

    private void answer(TaskConnection asking, Pull pull, ByteBuf data) {
        answer(asking, pull, asking.blockHead(pull.seq(), 0, pull.offset(), pull.size()), data);
    }

    private void answerLast(TaskConnection asking, Pull pull, ByteBuf data) {
        ByteString sum = whole.map(OutgoingTransfer::bytes).orElse(ByteString.EMPTY);
        answer(asking, pull, asking.lastBlockHead(pull.seq(), pull.offset(), sum, pull.size()), data);
    }

    private void answer(TaskConnection asking, Pull pull, ByteBuf head, ByteBuf data) {
        ByteBuf block = Unpooled.wrappedBuffer(head, data);
        if (!isMoving() || asking != connection()) {
            block.release();
            return;
        }
        reading--;
        asking.write(block).addListener(written -> {
            if (written.isSuccess() && isMoving() && asking == connection()) {
                sent = Math.max(sent, pull.offset() + pull.size());
                moved(sent, file.size());
            }
        });
        answerNext();
    }

    private void count(Pull pull, ByteBuf data) throws IOException {
        if (file.hash(pull.offset(), data)) {
            whole = Optional.of(file.sha256());
        }
    }

    @Override
    public void onWritable() {
        answerNext();
    }

    @Override
    public void onBlock(Block block) {
        onOffence("the file-server sent a block of the file that it should ask for");
    }

    @Override
    void onTold(IMFileState state) {
        switch (state.getState()) {
            case CLIENT_FILE_DONE -> onDone();
            case CLIENT_FILE_REFUSE ->
                fail(new TransferException(Reason.REFUSED_BY_PEER, "the receiver does not want the file"));
            case CLIENT_FILE_CANCEL ->
                fail(new TransferException(
                        Reason.CANCELLED_BY_PEER,
                        mode() == TransferMode.ONLINE
                                ? because("the receiver cancelled the transfer or went away", state)
                                : because("the file-server gave up the upload", state)));
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
        connection().leave();
        if (sha256.isPresent()) {
            conclude(sha256.get());
        } else {
            String[] hex = new String[1];
            onDisk(() -> hex[0] = file.sha256(), () -> conclude(hex[0]));
        }
    }

    private void conclude(String hex) {
        TransferResult success = new TransferResult(
                taskId().orElseThrow(),
                mode(),
                path,
                file.size(),
                Math.max(0, firstOffset),
                hex,
                false,
                expiresAt,
                time());
        // Servers of this project say when it expires, and record it before they say that it is stored.
        if (mode() == TransferMode.ONLINE || expiresAt.isPresent()) {
            succeed(success);
        } else {
            announce(success);
        }
    }

    /** The file is stored: only now may anybody be told. */
    private void announce(TransferResult success) {
        IMFileAddOfflineReq.Builder stored = IMFileAddOfflineReq.newBuilder()
                .setFromUserId(selfId())
                .setToUserId(to.isGroup() ? 0 : to.id())
                .setTaskId(success.taskId())
                .setFileName(file.name());
        LargeFiles.putSize(file.size(), stored::setFileSize, stored::setFileSize64);
        link().tell(Commands.FILE_ADD_OFFLINE_REQ, stored.build()).whenComplete((told, failure) -> {
            if (failure == null) {
                succeed(success);
            } else {
                fail(new TransferException(
                        Reason.CONNECTION_LOST,
                        "the file is stored, but the msg-server could not be told, so its receiver may not see it;"
                                + " send it again",
                        failure));
            }
        });
    }

    /**
     * A person who has to say yes may take long, and so may a file-server that checks what it has of a broken upload, and whoever has
     * everything and says so when it is safe; others may not.
     */
    @Override
    Duration patience() {
        boolean confirming = sent == file.size();
        return confirming || !asked
                ? link().options().acceptTimeout()
                : link().options().progressTimeout();
    }

    /** An upload that only breaks off is kept by the file-server; one that cannot go on need not be. */
    @Override
    boolean tellsPeer(Reason why) {
        if (!isMoving()) {
            return false;
        }
        return mode() == TransferMode.ONLINE || isCancelled() || why == Reason.LOCAL_FILE || why == Reason.PROTOCOL;
    }

    @Override
    void release(boolean goesOn) throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
