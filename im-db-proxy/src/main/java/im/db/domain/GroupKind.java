package im.db.domain;

/** How long a group is meant to live, and so who may change its members. */
public enum GroupKind {
    /** Only who created it adds and removes others. */
    NORMAL,
    /** Every member adds others. */
    TEMPORARY
}
