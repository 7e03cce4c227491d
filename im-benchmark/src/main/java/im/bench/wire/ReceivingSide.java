package im.bench.wire;

import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.TransferFileType;
import im.proto.file.IMFilePullDataReq;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.HdrHistogram.Histogram;

/** Pulls a file from its start to its end, with some blocks in flight, and looks at every byte. */
final class ReceivingSide extends Side {
    private final ClientFileRole role;
    private final int blockLength;
    private final Histogram roundTrips;
    /** When the pulls in flight were sent, in a ring. */
    private final long[] askedAt;

    private long asked;
    private long received;
    private long blockEnd;
    private int pulls;
    private int blocks;

    /**
     * @param window bytes in flight; at least one block is
     * @param roundTrips gets the time of each, in nanoseconds
     */
    ReceivingSide(
            FileTask task, Through through, ClientFileRole role, int blockLength, long window, Histogram roundTrips) {
        super(task, FileTask.RECEIVER, through, role);
        this.role = role;
        this.blockLength = blockLength;
        this.askedAt = new long[(int) Math.max(1, window / blockLength)];
        this.roundTrips = roundTrips;
    }

    @Override
    void onLogin() {
        if (role == ClientFileRole.CLIENT_OFFLINE_DOWNLOAD) {
            pull();
        }
    }

    @Override
    void onPeerReady() {
        pull();
    }

    /** Asks for as much as may be in flight. */
    void pull() {
        while (asked < task.size() && pulls - blocks < askedAt.length) {
            IMFilePullDataReq pull = IMFilePullDataReq.newBuilder()
                    .setTaskId(task.id())
                    .setUserId(userId)
                    .setTransMode(TransferFileType.FILE_TYPE_ONLINE)
                    .setOffset((int) asked)
                    .setDataSize((int) Math.min(blockLength, task.size() - asked))
                    .build();
            askedAt[pulls % askedAt.length] = System.nanoTime();
            pulls++;
            asked += pull.getDataSize();
            ctx().write(frame(ctx(), Commands.FILE_PULL_DATA_REQ, pulls & 0xffff, pull));
        }
    }

    @Override
    void onBlock(long offset, int length, int resultCode) throws IOException {
        long expected = Math.min(blockLength, task.size() - received);
        if (offset != received || length != expected || resultCode != 0) {
            throw new IOException("wanted " + expected + " bytes at " + received + " and got " + length + " at "
                    + offset + ", result " + resultCode);
        }
        blockEnd = offset + length;
    }

    @Override
    void onData(long offset, ByteBuffer data) throws IOException {
        if (!task.content().matches(offset, data)) {
            throw new IOException("WRONG BYTES within " + data.remaining() + " at " + offset);
        }
        received += data.remaining();
        if (received == blockEnd) {
            roundTrips.recordValue(System.nanoTime() - askedAt[blocks % askedAt.length]);
            blocks++;
            pull();
            if (received == task.size() && role != ClientFileRole.CLIENT_OFFLINE_DOWNLOAD) {
                sayDone();
            }
        }
    }

    @Override
    void onDone() throws IOException {
        if (received < task.size()) {
            throw new IOException("done after " + received + " of " + task.size() + " bytes");
        }
        succeed();
    }
}
