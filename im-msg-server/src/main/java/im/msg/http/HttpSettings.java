package im.msg.http;

import im.server.http.HttpLimits;
import java.net.InetSocketAddress;

/**
 * The port for other systems.
 *
 * @param listen port 0 takes a free one
 * @param keys who may ask
 * @param maxConnections further ones are closed at once
 */
public record HttpSettings(InetSocketAddress listen, AppKeys keys, int maxConnections, HttpLimits limits) {}
