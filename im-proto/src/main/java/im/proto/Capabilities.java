package im.proto;

/** The bits of the fields {@code capabilities}, by which a peer of ours says what it can do; others send none. */
public final class Capabilities {
    /** Files of 4 GiB and more; everywhere. */
    public static final int LARGE_FILES = 1;

    /** In IMFileLoginReq: asks for its next block the size of the last one it got, so the blocks of a download may grow. */
    public static final int GROWING_BLOCKS = 1 << 1;

    /** In IMFileLoginReq of a sender, and passed on in PEER_READY: answers several pulls at once, each of up to 256 KiB. */
    public static final int ANSWERS_PULLS_AHEAD = 1 << 2;

    /** In IMFileLoginReq of the receiver of an online file: says DONE once the file is safe, and has failed if it leaves without. */
    public static final int SAYS_DONE = 1 << 3;

    /** In IMFileServerIPRsp: the file-server says itself what it has stored. */
    public static final int ANNOUNCES_STORED_FILES = 1 << 1;

    /** In IMFileServerIPRsp: the file-server stores files for groups. */
    public static final int GROUP_FILES = 1 << 2;

    /** In IMFileServerIPReq: the msg-server records what a file-server says it has stored, and answers. */
    public static final int RECORDS_STORED_FILES = 1 << 1;

    private Capabilities() {}

    /** Whether {@code capabilities} has all bits of {@code wanted}. */
    public static boolean has(int capabilities, int wanted) {
        return (capabilities & wanted) == wanted;
    }
}
