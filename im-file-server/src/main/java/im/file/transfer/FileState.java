package im.file.transfer;

/** What 0x0503 says of a transfer. */
public enum FileState {
    PEER_READY,
    CANCEL,
    REFUSE,
    DONE
}
