package im.file.transfer;

/** What a client comes to a transfer for. */
public enum TransferRole {
    SENDER,
    RECEIVER,
    UPLOADER,
    DOWNLOADER
}
