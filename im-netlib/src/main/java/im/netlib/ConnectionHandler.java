package im.netlib;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;

/** The end of every pipeline: hands events to the {@link Connection} and releases every PDU, here and only here. */
final class ConnectionHandler extends ChannelInboundHandlerAdapter {
    private final Connection connection;

    ConnectionHandler(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Pdu pdu = (Pdu) message;
        try {
            connection.received(pdu);
        } catch (RuntimeException e) {
            connection.caught(e);
        } finally {
            pdu.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connection.ended();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        connection.removed();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        connection.writabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent idle) {
            if (idle.state() == IdleState.WRITER_IDLE) {
                connection.sendHeartbeat();
            } else {
                connection.idle();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        connection.caught(cause);
    }
}
