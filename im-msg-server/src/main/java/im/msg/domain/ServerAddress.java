package im.msg.domain;

/**
 * Where clients reach a file-server.
 *
 * @param ip a number or a name
 * @param port 1 to 65535
 */
public record ServerAddress(String ip, int port) {}
