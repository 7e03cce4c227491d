package im.msg.domain;

/** What a message holds, and whether it is for a user or a group, as in the protocol's MsgType. */
public enum MessageType {
    SINGLE_TEXT(false),
    SINGLE_AUDIO(false),
    GROUP_TEXT(true),
    GROUP_AUDIO(true);

    private final boolean forGroup;

    MessageType(boolean forGroup) {
        this.forGroup = forGroup;
    }

    public boolean isForGroup() {
        return forGroup;
    }
}
