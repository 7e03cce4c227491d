package im.login.domain;

/**
 * Where clients reach a msg-server.
 *
 * @param priorIp the host to try first; never blank
 * @param backupIp the host to try next, which may be the same; never blank
 * @param port of both, 1 to 65535
 */
public record MsgServerAddress(String priorIp, String backupIp, int port) {
    private static final int LONGEST_HOST = 255;

    /** @throws IllegalArgumentException when no client could connect to it */
    public MsgServerAddress {
        check(priorIp);
        check(backupIp);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + Integer.toUnsignedString(port));
        }
    }

    private static void check(String host) {
        if (host.isBlank() || host.length() > LONGEST_HOST) {
            throw new IllegalArgumentException("a host of " + host.length() + " characters, or blank");
        }
    }

    @Override
    public String toString() {
        return priorIp + ":" + port;
    }
}
