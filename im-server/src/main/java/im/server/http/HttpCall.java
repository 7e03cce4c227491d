package im.server.http;

import java.net.SocketAddress;
import java.util.Optional;

/**
 * What a client asks.
 *
 * @param from where it comes from
 * @param path without the query
 * @param host of whom it believes to ask it, with or without a port: a browser always says so, and cannot be made to say something else
 * @param authorization what it shows of itself, if anything
 * @param body nobody changes it
 */
public record HttpCall(
        SocketAddress from,
        String method,
        String path,
        Optional<String> host,
        Optional<String> authorization,
        byte[] body) {}
