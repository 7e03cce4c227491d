package im.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends {@link Events} to one client, until its connection ends. For a client that does not read at most one event is kept; one that reads
 * nothing for half a minute is cut off. On the event loop of the connection.
 */
final class EventStream {
    private static final Logger log = LoggerFactory.getLogger(EventStream.class);
    private static final int SECONDS_WITHOUT_READING = 30;

    private final ChannelHandlerContext ctx;
    private final Events events;
    private int secondsWithoutReading;

    private EventStream(ChannelHandlerContext ctx, Events events) {
        this.ctx = ctx;
        this.events = events;
    }

    static void begin(ChannelHandlerContext ctx, Events events) {
        ctx.channel().closeFuture().addListener(gone -> events.closed());
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ctx.writeAndFlush(head);
        new EventStream(ctx, events).tell();
    }

    private void tell() {
        if (!ctx.channel().isActive()) {
            return;
        }
        if (ctx.channel().isWritable()) {
            secondsWithoutReading = 0;
            events.next().whenCompleteAsync(this::send, ctx.executor());
        } else if (++secondsWithoutReading < SECONDS_WITHOUT_READING) {
            later();
        } else {
            log.debug("{}: closed: it does not read", ctx.channel().remoteAddress());
            ctx.close();
        }
    }

    private void send(Map<String, ?> event, Throwable failure) {
        if (failure != null) {
            log.error("{}: closed because of a bug", ctx.channel().remoteAddress(), failure);
            ctx.close();
            return;
        }
        // No line break is left in JSON of ours, which would end the event.
        String text = "data: " + Json.object(event) + "\n\n";
        ctx.writeAndFlush(new DefaultHttpContent(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)));
        later();
    }

    private void later() {
        ctx.executor().schedule(this::tell, 1, TimeUnit.SECONDS);
    }
}
