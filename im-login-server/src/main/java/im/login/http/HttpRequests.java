package im.login.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of an HTTP connection's pipeline: one answer for each request, in order. On the connection's event loop. */
final class HttpRequests extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger log = LoggerFactory.getLogger(HttpRequests.class);
    private static final int LINGER_SECONDS = 5;

    private final Map<String, Supplier<String>> pages;
    private boolean closing;

    HttpRequests(Answers answers) {
        this.pages = Map.of("/msg_server", answers::msgServer, "/health", answers::health);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (closing) {
            return;
        }
        FullHttpResponse response = answer(ctx, request);
        boolean keepAlive =
                HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
        // Said always: what holds without a word depends on the version, and a bad request has none.
        response.headers()
                .set(HttpHeaderNames.CONNECTION, keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
        HttpUtil.setContentLength(response, response.content().readableBytes());
        closing = !keepAlive;
        ctx.writeAndFlush(response).addListener(sent -> {
            if (!keepAlive) {
                linger(ctx);
            }
        });
    }

    private FullHttpResponse answer(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            log.warn(
                    "{}: bad request: {}",
                    ctx.channel().remoteAddress(),
                    request.decoderResult().cause().getMessage());
            return response(HttpResponseStatus.BAD_REQUEST, Unpooled.EMPTY_BUFFER);
        }
        Supplier<String> page = pages.get(new QueryStringDecoder(request.uri()).rawPath());
        if (page == null) {
            return response(HttpResponseStatus.NOT_FOUND, Unpooled.EMPTY_BUFFER);
        }
        if (!request.method().equals(HttpMethod.GET)) {
            FullHttpResponse refusal = response(HttpResponseStatus.METHOD_NOT_ALLOWED, Unpooled.EMPTY_BUFFER);
            refusal.headers().set(HttpHeaderNames.ALLOW, HttpMethod.GET);
            return refusal;
        }
        FullHttpResponse found = response(HttpResponseStatus.OK, ByteBufUtil.writeUtf8(ctx.alloc(), page.get()));
        found.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json; charset=utf-8")
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        return found;
    }

    private static FullHttpResponse response(HttpResponseStatus status, ByteBuf content) {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
    }

    /** Ends our side and lets the client end its own: closing with unread input would take the answer away from it. */
    private static void linger(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            ((DuplexChannel) ctx.channel()).shutdownOutput();
            ctx.executor().schedule(() -> ctx.close(), LINGER_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Who asks without reading the answers is not listened to until it does, or until it counts as silent. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent) {
            log.debug("{}: closed: no request for too long", ctx.channel().remoteAddress());
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            log.debug("{}: closed: {}", ctx.channel().remoteAddress(), cause.getMessage());
        } else {
            log.error("{}: closed because of a bug", ctx.channel().remoteAddress(), cause);
        }
        ctx.close();
    }
}
