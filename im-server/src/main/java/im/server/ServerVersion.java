package im.server;

/** Which build this is. */
public final class ServerVersion {
    private ServerVersion() {}

    /** The version in the manifest of the jar. */
    public static String text() {
        String version = ServerVersion.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
