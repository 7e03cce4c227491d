package im.route.domain;

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
}
