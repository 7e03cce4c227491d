package im.msg.upstream;

import im.msg.domain.RemoteNews;
import im.msg.domain.RouteLink;
import im.netlib.Link;
import java.util.List;

/**
 * What makes several msg-servers one. While it is out of reach this msg-server is on its own; it comes back by itself, and then says who
 * is here and learns who is elsewhere. Thread-safe.
 */
public interface Cluster extends RouteLink, AutoCloseable {
    /** Starts connecting. Once. */
    void start(RemoteNews news);

    /** To what holds it together. */
    List<? extends Link> links();

    /** Leaves. Not on an event loop. */
    @Override
    void close();
}
