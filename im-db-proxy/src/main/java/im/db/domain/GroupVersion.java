package im.db.domain;

/** Which group, and how often its members have changed. */
public record GroupVersion(GroupId id, long version) {}
