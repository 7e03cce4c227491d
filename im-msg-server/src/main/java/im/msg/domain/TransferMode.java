package im.msg.domain;

/** Through the file-server while both are there, or stored for the receiver. */
public enum TransferMode {
    ONLINE,
    OFFLINE
}
