package im.file.transfer;

import im.netlib.Block;
import im.netlib.LargeFiles;
import im.netlib.Pdu;
import im.proto.Commands;
import im.proto.file.IMFilePullDataReq;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ReferenceCounted;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** A participant that writes down what is done to it. */
final class RecordingPeer implements Peer {
    /** A block that it was given, or the word that there is none. */
    record Given(long offset, int resultCode, int seq, byte[] data) {}

    static final int REFUSED = -1;

    private final long userId;
    final List<String> heard = new ArrayList<>();
    final List<Pdu> relayed = new ArrayList<>();
    final List<byte[]> answers = new ArrayList<>();
    /** For which blocks it was asked, in whatever way; a test takes out what it has answered. */
    final ArrayDeque<Pull> asked = new ArrayDeque<>();
    /** Which blocks it was given, in whatever way. */
    final ArrayDeque<Given> given = new ArrayDeque<>();

    int capabilities;
    boolean saysDone;
    boolean writable = true;
    boolean reading = true;
    boolean tookEverything = true;
    boolean finished;
    boolean flushes = true;
    Runnable whenFlushed;

    RecordingPeer(long userId) {
        this.userId = userId;
    }

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
        return saysDone;
    }

    @Override
    public void tellReady(long sender, int ofSender) {
        heard.add(FileState.PEER_READY + " of " + sender + (ofSender == 0 ? "" : " who can " + ofSender));
    }

    @Override
    public void tell(FileState state, long ofUser) {
        heard.add(state + " of " + ofUser);
    }

    @Override
    public void tell(FileState state, long ofUser, String why) {
        heard.add(state + " of " + ofUser + ": " + why);
    }

    @Override
    public void relay(Pdu pdu) {
        heard.add("relayed " + pdu);
        relayed.add(pdu);
        if (pdu.commandId() == Commands.FILE_PULL_DATA_REQ.commandId()) {
            IMFilePullDataReq pull = pdu.parse(Commands.FILE_PULL_DATA_REQ);
            long offset = LargeFiles.offset(pull.getOffset(), pull.hasOffset64(), pull.getOffset64());
            asked.add(new Pull(offset, pull.getDataSize(), pdu.seq()));
        }
    }

    @Override
    public void relay(Pdu block, int seq) {
        heard.add("block seq " + seq);
        relayed.add(block);
        Block same = Block.parse(block);
        given.add(new Given(same.offset(), same.resultCode(), seq, ByteBufUtil.getBytes(same.data())));
    }

    @Override
    public void relayCut(Block block, int length, int seq) {
        heard.add("block seq " + seq + " cut to " + length);
        byte[] data = ByteBufUtil.getBytes(block.data().slice(0, length));
        given.add(new Given(block.offset(), block.resultCode(), seq, data));
    }

    @Override
    public void answer(Pull pull, long ofUser, int resultCode, ByteBuf data) {
        heard.add("answer " + pull.offset() + "+" + data.readableBytes() + " seq " + pull.seq() + " of " + ofUser
                + (resultCode == 0 ? "" : " result " + resultCode));
        answers.add(ByteBufUtil.getBytes(data));
        given.add(new Given(pull.offset(), resultCode, pull.seq(), ByteBufUtil.getBytes(data)));
        data.release();
    }

    @Override
    public void pullAs(Pdu form, long offset, int length, int seq) {
        heard.add("ahead " + offset + "+" + length + " seq " + seq);
        asked.add(new Pull(offset, length, seq));
    }

    @Override
    public void pull(long offset, int length) {
        heard.add("pull " + offset + "+" + length);
        asked.add(new Pull(offset, length, 0));
    }

    @Override
    public void serve(Pull pull, int length, ReferenceCounted piece) {
        given.add(new Given(pull.offset(), 0, pull.seq(), ByteBufUtil.getBytes((ByteBuf) piece)));
        piece.release();
        heard.add("served " + pull.offset() + "+" + length + " seq " + pull.seq());
    }

    @Override
    public void refuse(Pull pull) {
        given.add(new Given(pull.offset(), REFUSED, pull.seq(), new byte[0]));
        heard.add("refused " + pull.offset() + "+" + pull.length() + " seq " + pull.seq());
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void whenFlushed(Runnable task) {
        if (flushes) {
            task.run();
        } else {
            whenFlushed = task;
        }
    }

    @Override
    public boolean tookEverything() {
        return tookEverything;
    }

    @Override
    public void readFrom(boolean goOn) {
        reading = goOn;
    }

    @Override
    public void finish(String reason) {
        finished = true;
        heard.add("finished");
    }
}
