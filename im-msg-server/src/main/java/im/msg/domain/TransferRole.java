package im.msg.domain;

/** What a client comes to a file-server for. */
public enum TransferRole {
    SENDER,
    RECEIVER,
    UPLOADER,
    DOWNLOADER
}
