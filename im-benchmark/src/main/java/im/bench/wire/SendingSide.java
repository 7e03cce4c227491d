package im.bench.wire;

import im.netlib.Block;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.file.IMFilePullDataReq;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Answers every pull, of a receiver or of a server that stores the file. */
final class SendingSide extends Side {
    private final byte[] taskId;

    SendingSide(FileTask task, Through through, ClientFileRole role) {
        super(task, FileTask.SENDER, through, role);
        this.taskId = task.id().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    void onFrame(int commandId, int seq, ByteBuffer body) throws IOException {
        if (commandId == Commands.FILE_PULL_DATA_REQ.commandId()) {
            answer(seq, parse(Commands.FILE_PULL_DATA_REQ, body));
        } else {
            super.onFrame(commandId, seq, body);
        }
    }

    private void answer(int seq, IMFilePullDataReq pull) throws IOException {
        long offset = Integer.toUnsignedLong(pull.getOffset());
        int length = (int) Math.min(pull.getDataSize(), task.size() - offset);
        if (length <= 0 || length > Content.MAX_LENGTH) {
            throw new IOException("asked for " + pull.getDataSize() + " bytes at " + offset);
        }
        ChannelHandlerContext ctx = ctx();
        ctx.write(Block.head(ctx.alloc(), seq, 0, taskId, userId, offset, length));
        ctx.write(task.content().slice(offset, length));
    }

    @Override
    void onDone() {
        succeed();
    }
}
