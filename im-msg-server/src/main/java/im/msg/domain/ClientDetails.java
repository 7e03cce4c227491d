package im.msg.domain;

import java.time.Instant;

/**
 * What people are shown of a client.
 *
 * @param name of its user, as it was written when it logged in
 * @param since when it has been logged in
 * @param address where it comes from
 */
public record ClientDetails(String name, Instant since, String address) {}
