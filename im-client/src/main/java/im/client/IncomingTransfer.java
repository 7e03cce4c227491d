package im.client;

import im.client.TransferException.Reason;
import im.netlib.Block;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFilePullDataReq;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file that this user gets, from a sender who is there or from a file-server: asks for it block by block, in order. */
final class IncomingTransfer extends RunningTransfer {
    private static final Logger log = LoggerFactory.getLogger(IncomingTransfer.class);
    private static final int BLOCK_SIZE = 32 << 10;
    private static final int MAX_UNWRITTEN = 1 << 20;

    /** Some senders stand no second question before they have answered the first. */
    private static final int IN_FLIGHT_ONLINE = 1;

    private static final int IN_FLIGHT_OFFLINE = 8;

    private static final int LARGEST_SEQ = 0xffff;

    private final FileOffer offer;
    private final Path folder;
    private final PullPlan plan;
    private PartFile file;
    private int lastSeq = 1;
    private boolean done;

    IncomingTransfer(MsgServerLink link, Executor disk, FileOffer offer, Path folder, TransferListener listener) {
        super(link, disk, listener);
        this.offer = offer;
        this.folder = folder;
        this.plan = new PullPlan(
                offer.size(), BLOCK_SIZE, isOnline() ? IN_FLIGHT_ONLINE : IN_FLIGHT_OFFLINE, MAX_UNWRITTEN);
    }

    private boolean isOnline() {
        return offer.mode() == TransferMode.ONLINE;
    }

    @Override
    void start() {
        onDisk(
                () -> file = PartFile.create(folder, offer.fileName(), offer.taskId(), offer.size()),
                () -> join(
                        offer.taskId(),
                        offer.mode(),
                        offer.size(),
                        offer.addresses(),
                        isOnline() ? ClientFileRole.CLIENT_REALTIME_RECVER : ClientFileRole.CLIENT_OFFLINE_DOWNLOAD));
    }

    /** An online sender may not be in yet, and not every file-server keeps a question for later: PEER_READY says when. */
    @Override
    void onLoggedIn() {
        if (!isOnline()) {
            askForMore();
        }
    }

    private void askForMore() {
        while (plan.mayAsk()) {
            lastSeq = lastSeq % LARGEST_SEQ + 1;
            connection()
                    .send(
                            Commands.FILE_PULL_DATA_REQ,
                            lastSeq,
                            IMFilePullDataReq.newBuilder()
                                    .setTaskId(offer.taskId())
                                    .setUserId(selfId())
                                    .setTransMode(offer.mode().wire())
                                    .setOffset((int) plan.nextOffset())
                                    .setDataSize(plan.nextSize())
                                    .build());
            plan.asked();
        }
    }

    @Override
    void onBlock(Block block) {
        int expected = plan.expectedSize();
        if (block.resultCode() != 0) {
            giveUp(new TransferException(
                    Reason.CANCELLED_BY_PEER,
                    "the other side could not read the file (result " + block.resultCode() + ")"));
        } else if (expected == 0 || block.offset() != plan.expectedOffset()) {
            failProtocol("the block at " + block.offset() + " was not asked for");
        } else if (block.dataLength() < expected || !block.isZeroFrom(expected)) {
            failProtocol("a block of " + block.dataLength() + " bytes came where " + expected + " were asked for");
        } else {
            plan.received();
            write(block.data().readSlice(expected).retain());
            askForMore();
            finishIfReceived();
        }
    }

    private void write(ByteBuf data) {
        int length = data.readableBytes();
        onDisk(
                () -> {
                    try {
                        file.write(data);
                    } finally {
                        data.release();
                    }
                },
                () -> onWritten(length));
    }

    private void onWritten(int length) {
        plan.written(length);
        moved(plan.writtenBytes(), offer.size());
        if (isMoving()) {
            askForMore();
        }
    }

    @Override
    void onState(ClientFileState state) {
        switch (state) {
            case CLIENT_FILE_PEER_READY -> {
                askForMore();
                finishIfReceived();
            }
            case CLIENT_FILE_DONE -> onDone();
            case CLIENT_FILE_CANCEL, CLIENT_FILE_REFUSE ->
                fail(new TransferException(
                        Reason.CANCELLED_BY_PEER,
                        isOnline() ? "the sender cancelled the transfer or went away" : "the file-server gave up"));
        }
    }

    private void onDone() {
        if (!plan.isReceived()) {
            fail(new TransferException(
                    Reason.PROTOCOL,
                    "the other side says that it is done after " + plan.expectedOffset() + " of " + offer.size()
                            + " bytes"));
            return;
        }
        done = true;
        finishIfReceived();
    }

    /**
     * A file-server says when a stored file was sent in full; a sender who is there waits for this side to say so. From now on
     * the connection may end: what is left to do is on this side's disk.
     */
    private void finishIfReceived() {
        if (!isMoving() || !plan.isReceived() || !(done || isOnline())) {
            return;
        }
        finishing();
        Path[] place = new Path[1];
        onDisk(() -> place[0] = file.place(offer.size()), () -> onPlaced(place[0]));
    }

    /** Only now that the file is safe may the other side forget it. */
    private void onPlaced(Path place) {
        if (isOnline()) {
            sendState(ClientFileState.CLIENT_FILE_DONE);
            succeed(place, offer.size(), file.sha256());
            return;
        }
        IMFileDelOfflineReq forget = IMFileDelOfflineReq.newBuilder()
                .setFromUserId(offer.fromUserId())
                .setToUserId(selfId())
                .setTaskId(offer.taskId())
                .build();
        link().tell(Commands.FILE_DEL_OFFLINE_REQ, forget).whenComplete((told, failure) -> {
            if (failure != null) {
                log.warn("{}: received, but the msg-server could not be told: it will be offered again", this);
            }
            succeed(place, offer.size(), file.sha256());
        });
    }

    @Override
    void onPull(long offset, long size, int seq) {
        failProtocol("the file-server asks for a file that it should send");
    }

    @Override
    Duration patience() {
        return link().options().progressTimeout();
    }

    /** A stored file stays stored when its download is given up. */
    @Override
    boolean tellsPeer() {
        return isOnline();
    }

    @Override
    void release() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
