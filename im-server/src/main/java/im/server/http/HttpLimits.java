package im.server.http;

import java.time.Duration;

/**
 * What an HTTP connection may use.
 *
 * @param maxRequest bytes that the first line, the headers and the body of a request may have, each
 * @param idle how long after its last request, or its start, a connection lives without another whole request
 */
public record HttpLimits(int maxRequest, Duration idle) {}
