package im.bench.wire;

import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.file.IMFileLoginReq;
import im.proto.file.IMFileLoginRsp;
import im.proto.file.IMFileState;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** One end of one transfer. With a role it logs in at a file-server; without, the other end is all there is. */
abstract class Side extends FrameHandler {
    /** Who is at the other end of the connection. */
    enum Through {
        FILE_SERVER,
        BARE_RELAY
    }

    final FileTask task;
    final int userId;
    private final Through through;
    private final ClientFileRole role;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private ChannelHandlerContext ctx;

    Side(FileTask task, int userId, Through through, ClientFileRole role) {
        this.task = task;
        this.userId = userId;
        this.through = through;
        this.role = role;
    }

    /** Completes, on the event loop, when this side has seen the transfer through to its end. */
    CompletableFuture<Void> over() {
        return over;
    }

    /** The role is taken. */
    void onLogin() {}

    /** The file-server says that the other side is there. */
    void onPeerReady() {}

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    ChannelHandlerContext ctx() {
        return ctx;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (through == Through.FILE_SERVER) {
            IMFileLoginReq login = IMFileLoginReq.newBuilder()
                    .setUserId(userId)
                    .setTaskId(task.id())
                    .setFileRole(role)
                    .build();
            ctx.writeAndFlush(frame(ctx, Commands.FILE_LOGIN_REQ, 1, login));
        }
    }

    @Override
    void onFrame(int commandId, int seq, ByteBuffer body) throws IOException {
        if (commandId == Commands.FILE_LOGIN_RES.commandId()) {
            IMFileLoginRsp answer = parse(Commands.FILE_LOGIN_RES, body);
            if (answer.getResultCode() != 0) {
                throw new IOException("the file-server refused " + role + " with result " + answer.getResultCode());
            }
            onLogin();
        } else if (commandId == Commands.FILE_STATE.commandId()) {
            ClientFileState state = parse(Commands.FILE_STATE, body).getState();
            switch (state) {
                case CLIENT_FILE_PEER_READY -> onPeerReady();
                case CLIENT_FILE_DONE -> onDone();
                default -> throw new IOException(role + ": the transfer ended with " + state);
            }
        } else {
            throw new IOException(String.format("%s: 0x%04x was not expected", role, commandId));
        }
    }

    abstract void onDone() throws IOException;

    /** Everything went well; there is nothing more to say or to hear. */
    void succeed() {
        over.complete(null);
        ctx.close();
    }

    /** Says that everything is here, and goes. */
    void sayDone() {
        if (through == Through.FILE_SERVER) {
            IMFileState done = IMFileState.newBuilder()
                    .setState(ClientFileState.CLIENT_FILE_DONE)
                    .setTaskId(task.id())
                    .setUserId(userId)
                    .build();
            ctx.writeAndFlush(frame(ctx, Commands.FILE_STATE, 0, done));
        }
        over.complete(null);
    }

    @Override
    void onEnd(IOException reason) {
        over.completeExceptionally(new IOException(role + ": " + reason.getMessage(), reason));
    }
}
