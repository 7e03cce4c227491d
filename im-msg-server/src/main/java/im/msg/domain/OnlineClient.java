package im.msg.domain;

/**
 * A logged-in client, seen from the domain. All methods work from any thread and return at once; what one client is told
 * arrives in the order of the calls. Telling a client that has gone does nothing.
 */
public interface OnlineClient {
    UserId user();

    ClientKind kind();

    ClientDetails details();

    /** Whether it can handle files of 4 GiB and more. */
    boolean takesLargeFiles();

    /** Some user, perhaps its own, came or went. */
    void statusChanged(UserId user, boolean online);

    /** The desktop of its own user came or went. */
    void ownDesktopChanged(boolean online);

    /** It has to go; the connection ends a little later. */
    void kicked(KickReason reason);

    /** Somebody has a file for its user. */
    void offered(FileNotice notice);

    /** As {@link #offered}, unless the file is stored and the client was told so before on this connection. */
    void offeredOnce(FileNotice notice);

    /** As {@link #offeredOnce}, unless the file was on a list that the client has asked for on this connection. */
    void reminded(FileNotice notice);

    /** There is a message for its user, or from it. One that it was sent before on this connection is not sent again. */
    void received(Message message);

    /**
     * As {@link #received}, for what may have been missed: not if it was stored before the client logged in, which then asked for what there
     * was, nor if the client has found it in the history on this connection.
     */
    void receivedLate(Message message);

    /** Somebody did something. */
    void noticed(Notice notice);
}
