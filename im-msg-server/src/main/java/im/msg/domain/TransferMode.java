package im.msg.domain;

/** Through the file-server while both are there, or stored for the receiver. */
public enum TransferMode {
    ONLINE(TransferRole.SENDER, TransferRole.RECEIVER),
    OFFLINE(TransferRole.UPLOADER, TransferRole.DOWNLOADER);

    private final TransferRole ofSender;
    private final TransferRole ofReceiver;

    TransferMode(TransferRole ofSender, TransferRole ofReceiver) {
        this.ofSender = ofSender;
        this.ofReceiver = ofReceiver;
    }

    TransferRole ofSender() {
        return ofSender;
    }

    TransferRole ofReceiver() {
        return ofReceiver;
    }
}
