package im.route.link;

import im.netlib.Limits;

/**
 * What msg-servers may use.
 *
 * @param maxLinks how many may be linked
 * @param connection for the longest frame, which is a list of users, and for silence
 * @param maxForwarded longest frame of any other command, in bytes
 * @param maxUsers how many users may be online at one
 * @param maxAsked how many users one request may ask for
 * @param maxNews how much news may wait for one
 */
public record LinkLimits(int maxLinks, Limits connection, int maxForwarded, int maxUsers, int maxAsked, int maxNews) {}
