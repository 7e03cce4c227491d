package im.bench.server;

/** What {@link ServerMain} can be. */
public enum ServerKind {
    /** Ports: clients, internal. Settings: those of a file-server. */
    FILE_SERVER,
    /** With a user directory that lets everybody in. Port: clients. Settings: those of a msg-server. */
    MSG_SERVER,
    /** Ports: raw, transfer-to, netty-relay and, with epoll, splice-relay. Setting: file, which is sent. */
    YARDSTICKS
}
