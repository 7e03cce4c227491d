package im.bench.server;

/** What {@link ServerMain} can be. */
public enum ServerKind {
    /** Ports: clients, internal. Settings: those of a file-server. */
    FILE_SERVER,
    /** Port: clients. Settings: those of a msg-server. */
    MSG_SERVER,
    /** Port: msg-servers. Settings: those of a db-proxy. */
    DB_PROXY,
    /** Port: msg-servers. Settings: those of a route-server. */
    ROUTE_SERVER,
    /** Ports: raw, transfer-to, netty-relay and, with epoll, splice-relay. Setting: file, which is sent. */
    YARDSTICKS
}
