package im.client;

import im.proto.base.TransferFileType;

/** How a file travels. */
public enum TransferMode {
    /** Through a file-server to a receiver who is there. */
    ONLINE(TransferFileType.FILE_TYPE_ONLINE),
    /** Stored on a file-server until its receiver fetches it. */
    OFFLINE(TransferFileType.FILE_TYPE_OFFLINE);

    private final TransferFileType wire;

    TransferMode(TransferFileType wire) {
        this.wire = wire;
    }

    TransferFileType wire() {
        return wire;
    }

    static TransferMode of(TransferFileType wire) {
        return wire == TransferFileType.FILE_TYPE_ONLINE ? ONLINE : OFFLINE;
    }
}
