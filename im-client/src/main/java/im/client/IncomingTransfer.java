package im.client;

import com.google.protobuf.ByteString;
import im.client.TransferException.Reason;
import im.netlib.Block;
import im.netlib.LargeFiles;
import im.proto.Capabilities;
import im.proto.Commands;
import im.proto.base.ClientFileState;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileLoginRsp;
import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFileState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that this user gets, from a sender who is there or from a file-server: asks for it block by block, in order. What is
 * stored is asked for from where this side has it.
 */
final class IncomingTransfer extends RunningTransfer {
    private static final Logger log = LoggerFactory.getLogger(IncomingTransfer.class);
    private static final int LARGEST_SEQ = 0xffff;

    private final Path folder;
    private FileOffer offer;
    private PartFile file;
    private PullPlan plan;
    private Batches toWrite;
    private Optional<String> announced = Optional.empty();
    private long resumedAt;
    private int lastSeq = 1;
    private boolean senderIsIn;
    private boolean done;

    IncomingTransfer(MsgServerLink link, Executor disk, FileOffer offer, Path folder, TransferListener listener) {
        super(link, disk, listener, offer.mode());
        this.offer = offer;
        this.folder = folder;
    }

    private boolean isOnline() {
        return offer.mode() == TransferMode.ONLINE;
    }

    // Before the task

    @Override
    void start() {
        PartFile.Identity identity = PartFile.Identity.of(offer);
        if (isOnline()) {
            onDisk(() -> file = PartFile.create(folder, identity), this::join);
        } else {
            onDisk(() -> file = PartFile.resume(folder, identity), this::hashFound);
        }
    }

    /** Piece by piece, so that it can be stopped. */
    private void hashFound() {
        if (failIfCancelled()) {
            return;
        }
        resumedAt = file.found();
        if (file.hashed() < file.found()) {
            onDisk(file::hashNext, this::hashFound);
            tell(to -> to.onChecksum(file.hashed(), file.found()));
        } else {
            join();
        }
    }

    private void join() {
        join(TaskRole.receiver(offer), offer.size());
    }

    /** The file may be elsewhere now, or gone. */
    @Override
    void startAgain() {
        link().offlineFiles().whenComplete((files, failure) -> {
            if (failure == null) {
                joinAgain(files);
            } else {
                fail(new TransferException(Reason.CONNECTION_LOST, failure.getMessage(), failure));
            }
        });
    }

    private void joinAgain(List<OfflineFile> files) {
        if (failIfCancelled()) {
            return;
        }
        files.stream()
                .filter(stored -> stored.taskId().equals(offer.taskId()))
                .findFirst()
                .ifPresentOrElse(
                        stored -> {
                            offer = stored.asOffer(selfId());
                            // Behind what is still to be written of the attempt before.
                            onDisk(() -> {}, this::join);
                        },
                        () -> fail(new TransferException(
                                Reason.LOGIN_REFUSED, "the file is not stored for this user any more")));
    }

    // In the task

    /** An online sender may not be in yet, and not every file-server keeps a question for later: PEER_READY says when. */
    @Override
    void onLoggedIn(IMFileLoginRsp answer) {
        announced = offer.details().sha256().or(() -> FileDetails.hex(answer.getSha256()));
        done = false;
        if (isOnline()) {
            begin(PullPlan.oneByOne(offer.size()));
        } else {
            pullTheRest();
        }
    }

    private void pullTheRest() {
        begin(PullPlan.growing(offer.size(), file.length()));
        if (file.length() > 0) {
            tell(to -> to.onResumed(file.length(), offer.size()));
            // Of an attempt that lost nothing but the word that it was done.
            done = plan.isReceived();
        }
        askForMore();
        finishIfReceived();
    }

    private void askForMore() {
        while (plan.mayAsk()) {
            lastSeq = lastSeq % LARGEST_SEQ + 1;
            IMFilePullDataReq.Builder pull = IMFilePullDataReq.newBuilder()
                    .setTaskId(offer.taskId())
                    .setUserId(selfId())
                    .setTransMode(offer.mode().wire())
                    .setDataSize(plan.nextSize());
            LargeFiles.putOffset(plan.nextOffset(), pull::setOffset, pull::setOffset64);
            connection().send(Commands.FILE_PULL_DATA_REQ, lastSeq, pull.build());
            plan.asked();
        }
    }

    @Override
    public void onBlock(Block block) {
        if (!isMoving()) {
            return;
        }
        if (block.resultCode() != 0) {
            giveUp(new TransferException(
                    Reason.CANCELLED_BY_PEER,
                    "the other side could not read the file (result " + block.resultCode() + ")"));
        } else if (!plan.expects(block.offset())) {
            failProtocol("the block at " + block.offset() + " was not asked for");
        } else if (isWrong(block)) {
            failProtocol("a block of " + block.dataLength() + " bytes came where " + plan.expectedSize()
                    + " were asked for");
        } else {
            learnChecksum(block);
            toWrite.add(new Piece(block.offset(), block.data().readRetainedSlice(plan.received(block.dataLength()))));
            askForMore();
            finishIfReceived();
        }
    }

    private boolean isWrong(Block block) {
        int expected = plan.expectedSize();
        return block.dataLength() < expected || !plan.mayBeLonger() && !block.isZeroFrom(expected);
    }

    /** A sender who takes it while sending says it with the block that ends the file. */
    private void learnChecksum(Block block) {
        if (announced.isEmpty() && isOnline()) {
            announced = FileDetails.hex(ByteString.copyFrom(block.sha256()));
        }
    }

    private void begin(PullPlan begun) {
        plan = begun;
        toWrite = toDisk(file::append, pieces -> {
            begun.written(Piece.length(pieces));
            moved(begun.writtenBytes(), offer.size());
            goOn(begun);
        });
    }

    private void goOn(PullPlan of) {
        if (isMoving() && of == plan) {
            askForMore();
        }
    }

    @Override
    void onTold(IMFileState state) {
        switch (state.getState()) {
            case CLIENT_FILE_PEER_READY -> onPeerReady(state);
            case CLIENT_FILE_DONE -> onDone();
            case CLIENT_FILE_CANCEL, CLIENT_FILE_REFUSE ->
                fail(new TransferException(
                        Reason.CANCELLED_BY_PEER,
                        isOnline()
                                ? because("the sender cancelled the transfer or went away", state)
                                : because("the file-server gave up", state)));
        }
    }

    private void onPeerReady(IMFileState ready) {
        if (isOnline() && !senderIsIn) {
            senderIsIn = true;
            if (Capabilities.has(ready.getCapabilities(), Capabilities.ANSWERS_PULLS_AHEAD)) {
                begin(PullPlan.ahead(offer.size()));
            }
            askForMore();
            finishIfReceived();
        }
    }

    private void onDone() {
        if (!plan.isReceived()) {
            fail(new TransferException(
                    Reason.PROTOCOL,
                    "the other side says that it is done after " + plan.receivedBytes() + " of " + offer.size()
                            + " bytes"));
            return;
        }
        done = true;
        finishIfReceived();
    }

    // The end

    /**
     * A file-server says when a stored file was sent in full; a sender who is there waits for this side to say so. From now on
     * the connection may end: what is left to do is on this side's disk.
     */
    private void finishIfReceived() {
        if (!isMoving() || !plan.isReceived() || !(done || isOnline())) {
            return;
        }
        finishing();
        String[] sha256 = new String[1];
        onDisk(() -> sha256[0] = file.sha256(), () -> verify(sha256[0]));
    }

    private void verify(String sha256) {
        if (announced.isEmpty() || announced.get().equals(sha256)) {
            Path[] place = new Path[1];
            onDisk(() -> place[0] = file.place(), () -> onPlaced(place[0], sha256));
        } else if (resumedAt > 0) {
            log.warn("{}: what there was of {} is not its beginning; once more from the start", this, offer.fileName());
            resumedAt = 0;
            onDisk(file::startOver, this::startOver);
        } else {
            giveUp(new TransferException(
                    Reason.CORRUPT,
                    "what came has the sha256 " + sha256 + ", but " + announced.get() + " was announced"));
        }
    }

    /** Only now that the file is safe may the other side forget it. */
    private void onPlaced(Path place, String sha256) {
        TransferResult success = new TransferResult(
                offer.taskId(),
                offer.mode(),
                place,
                offer.size(),
                resumedAt,
                sha256,
                announced.isPresent(),
                Optional.empty(),
                time());
        if (isOnline()) {
            connection().sendState(ClientFileState.CLIENT_FILE_DONE);
            succeed(success);
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
            succeed(success);
        });
    }

    @Override
    public void onPull(long offset, long size, int seq) {
        onOffence("the file-server asks for a file that it should send");
    }

    @Override
    public void onWritable() {}

    @Override
    Duration patience() {
        return link().options().progressTimeout();
    }

    /** A stored file stays stored when its download is given up. */
    @Override
    boolean tellsPeer(Reason why) {
        return isOnline();
    }

    @Override
    void release(boolean goesOn) throws IOException {
        if (file != null) {
            file.close(goesOn);
        }
    }
}
