package im.bench.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Takes the sha256 of all that goes through one end of a connection in one direction, on another thread. An event loop that is too far ahead of
 * that waits.
 */
final class Hashing extends ChannelDuplexHandler {
    private static final int MAX_WAITING = 16;

    enum Direction {
        IN,
        OUT
    }

    private final Direction direction;
    private final Executor hasher;
    private final MessageDigest sha256;

    /** @param hasher does what it is given in order */
    Hashing(Direction direction, Executor hasher) {
        this.direction = direction;
        this.hasher = hasher;
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** A thread for one end; it ends when there is nothing to do. */
    static Executor hasher() {
        ThreadPoolExecutor thread = new ThreadPoolExecutor(
                1, 1, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), Hashing::await);
        thread.allowCoreThreadTimeOut(true);
        return thread;
    }

    private static void await(Runnable task, ThreadPoolExecutor hasher) {
        try {
            hasher.getQueue().put(task);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (direction == Direction.IN) {
            hash((ByteBuf) message);
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (direction == Direction.OUT) {
            hash((ByteBuf) message);
        }
        ctx.write(message, promise);
    }

    private void hash(ByteBuf bytes) {
        ByteBuf kept = bytes.retainedDuplicate();
        hasher.execute(() -> {
            sha256.update(kept.nioBuffer());
            kept.release();
        });
    }

    /** Of everything until now. Once. */
    CompletableFuture<byte[]> digest() {
        return CompletableFuture.supplyAsync(sha256::digest, hasher);
    }
}
