package im.bench.wire;

/** Which way files go. */
public enum Mode {
    /** From one client to another through the relay. */
    ONLINE,
    /** Into the store. */
    UPLOAD,
    /** Out of the store. */
    DOWNLOAD
}
