package im.server.http;

import java.util.Optional;

/**
 * What a client asks.
 *
 * @param path without the query
 * @param authorization what it shows of itself, if anything
 * @param body nobody changes it
 */
public record HttpCall(String method, String path, Optional<String> authorization, byte[] body) {}
