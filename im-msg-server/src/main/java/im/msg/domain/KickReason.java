package im.msg.domain;

/** Why a client has to go. */
public enum KickReason {
    LOGGED_IN_ELSEWHERE,
    BY_OWN_MOBILE
}
