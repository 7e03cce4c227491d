package im.server.http;

import im.netlib.Tls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of an HTTP connection's pipeline: one answer for each request, in order. On the connection's event loop. */
final class HttpRequests extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger log = LoggerFactory.getLogger(HttpRequests.class);
    private static final int LINGER_SECONDS = 5;

    /** As a user event: the connection has to end when what was asked is answered. */
    static final Object NO_MORE = new Object();

    private final HttpAnswers answers;
    private boolean answering;
    private boolean closing;
    private boolean noMore;
    private boolean streaming;

    HttpRequests(HttpAnswers answers) {
        this.answers = answers;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (closing) {
            return;
        }
        answering = true;
        listenIfReady(ctx);
        boolean keepAlive =
                HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
        answer(ctx, request).whenCompleteAsync((reply, bug) -> answered(ctx, keepAlive, reply, bug), ctx.executor());
    }

    private CompletableFuture<HttpReply> answer(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            log.warn(
                    "{}: bad request: {}",
                    ctx.channel().remoteAddress(),
                    request.decoderResult().cause().getMessage());
            return CompletableFuture.completedFuture(HttpReply.badRequest());
        }
        HttpCall call = new HttpCall(
                ctx.channel().remoteAddress(),
                request.method().name(),
                new QueryStringDecoder(request.uri()).rawPath(),
                Optional.ofNullable(request.headers().get(HttpHeaderNames.HOST)),
                Optional.ofNullable(request.headers().get(HttpHeaderNames.AUTHORIZATION)),
                ByteBufUtil.getBytes(request.content()));
        return answers.answer(call);
    }

    private void answered(ChannelHandlerContext ctx, boolean wantsMore, HttpReply reply, Throwable bug) {
        if (bug != null) {
            exceptionCaught(ctx, bug);
        } else if (reply.events().isPresent()) {
            stream(ctx, reply.events().get());
        } else {
            send(ctx, wantsMore, response(reply));
        }
    }

    /** Nothing else is answered on this connection; it is read so that its end is noticed. */
    private void stream(ChannelHandlerContext ctx, Events events) {
        streaming = true;
        closing = true;
        listenIfReady(ctx);
        EventStream.begin(ctx, events);
        if (noMore) {
            ctx.close();
        }
    }

    private void send(ChannelHandlerContext ctx, boolean wantsMore, FullHttpResponse response) {
        boolean keepAlive = wantsMore && !noMore;
        // Said always: what holds without a word depends on the version, and a bad request has none.
        response.headers()
                .set(HttpHeaderNames.CONNECTION, keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
        HttpUtil.setContentLength(response, response.content().readableBytes());
        closing = !keepAlive;
        answering = false;
        ctx.writeAndFlush(response).addListener(sent -> {
            if (!keepAlive) {
                linger(ctx);
            }
        });
        listenIfReady(ctx);
    }

    private static FullHttpResponse response(HttpReply reply) {
        ByteBuf content = reply.body()
                .map(body -> Unpooled.copiedBuffer(body.text(), StandardCharsets.UTF_8))
                .orElse(Unpooled.EMPTY_BUFFER);
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()), content);
        reply.body()
                .ifPresent(body -> response.headers()
                        .set(HttpHeaderNames.CONTENT_TYPE, body.type())
                        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE));
        reply.headers().forEach((name, value) -> response.headers().set(name, value));
        return response;
    }

    /** Ends our side and lets the client end its own: closing with unread input would take the answer away from it. */
    private static void linger(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            Tls.shutdownOutput(ctx.channel());
            ctx.executor().schedule(() -> ctx.close(), LINGER_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        listenIfReady(ctx);
    }

    /** Who asks without reading the answers is not listened to until it does, or until it counts as silent. */
    private void listenIfReady(ChannelHandlerContext ctx) {
        ctx.channel()
                .config()
                .setAutoRead(closing || !answering && ctx.channel().isWritable());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == NO_MORE) {
            noMore = true;
            if (streaming || !answering && !closing) {
                ctx.close();
            }
        } else if (event instanceof IdleStateEvent && !answering) {
            log.debug("{}: closed: no request for too long", ctx.channel().remoteAddress());
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (Tls.reason(cause).isPresent()) {
            log.warn(
                    "{}: closed: {}",
                    ctx.channel().remoteAddress(),
                    Tls.reason(cause).get());
        } else if (cause instanceof IOException) {
            log.debug("{}: closed: {}", ctx.channel().remoteAddress(), cause.getMessage());
        } else {
            log.error("{}: closed because of a bug", ctx.channel().remoteAddress(), cause);
        }
        ctx.close();
    }
}
