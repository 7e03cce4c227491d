package im.msg.domain;

/** The kinds of clients, as in the protocol's ClientType. */
public enum ClientKind {
    WINDOWS(true),
    MAC(true),
    IOS(false),
    ANDROID(false);

    private final boolean desktop;

    ClientKind(boolean desktop) {
        this.desktop = desktop;
    }

    public boolean isDesktop() {
        return desktop;
    }

    public boolean isMobile() {
        return !desktop;
    }

    /** Whether a user cannot be on both at once: there is one desktop, and one mobile of each kind. */
    public boolean displaces(ClientKind other) {
        return this == other || desktop && other.desktop;
    }
}
