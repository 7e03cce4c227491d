package im.file.transfer;

import im.netlib.Block;
import im.netlib.Pdu;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ReferenceCounted;
import java.util.ArrayList;
import java.util.List;

/** A participant that writes down what is done to it. */
final class RecordingPeer implements Peer {
    private final long userId;
    final List<String> heard = new ArrayList<>();
    final List<Pdu> relayed = new ArrayList<>();
    final List<byte[]> answers = new ArrayList<>();
    int capabilities;
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
    }

    @Override
    public void relay(Pdu block, int seq) {
        heard.add("block seq " + seq);
        relayed.add(block);
    }

    @Override
    public void relayCut(Block block, int length, int seq) {
        heard.add("block seq " + seq + " cut to " + length);
    }

    @Override
    public void answer(Pull pull, long ofUser, int resultCode, ByteBuf data) {
        heard.add("answer " + pull.offset() + "+" + data.readableBytes() + " seq " + pull.seq() + " of " + ofUser
                + (resultCode == 0 ? "" : " result " + resultCode));
        answers.add(ByteBufUtil.getBytes(data));
        data.release();
    }

    @Override
    public void pullAs(Pdu form, long offset, int length, int seq) {
        heard.add("ahead " + offset + "+" + length + " seq " + seq);
    }

    @Override
    public void pull(long offset, int length) {
        heard.add("pull " + offset + "+" + length);
    }

    @Override
    public void serve(Pull pull, int length, ReferenceCounted piece) {
        piece.release();
        heard.add("served " + pull.offset() + "+" + length + " seq " + pull.seq());
    }

    @Override
    public void refuse(Pull pull) {
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
