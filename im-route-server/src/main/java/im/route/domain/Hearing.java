package im.route.domain;

/** What a linked msg-server is told here of the others. */
public enum Hearing {
    /** News of those whose master this route-server is: all that msg-servers of the family know. */
    OF_MASTERED,
    /** Who is online elsewhere, at once and completely, and then every change. This route-server is its master. */
    EVERYTHING,
    /** Another route-server tells it everything. */
    NOTHING
}
