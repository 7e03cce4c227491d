/**
 * The network under every server and client: PDU framing, typed dispatch, connections, heartbeats, listening ports and
 * connections that come back.
 *
 * <p>The flow of one PDU: {@link im.netlib.FrameDecoder} cuts it out, {@link im.netlib.ConnectionHandler} hands it to its
 * {@link im.netlib.Connection}, the {@link im.netlib.Router} of the connection's present role parses it and calls the handler
 * with the {@link im.netlib.Session}.
 *
 * <p>Threads: a connection lives on one event loop, and so does everything that its handlers touch, unless a class says
 * otherwise.
 */
package im.netlib;
