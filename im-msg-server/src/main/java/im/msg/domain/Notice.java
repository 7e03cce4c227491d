package im.msg.domain;

import com.google.common.collect.ImmutableSet;

/**
 * What clients are told of something that somebody did. It is a frame that nobody looks into on its way.
 *
 * @param frame nobody changes it
 */
public record Notice(Audience audience, byte[] frame) {
    /** Who is told. */
    public sealed interface Audience {
        /** All clients of these users. */
        record ClientsOf(ImmutableSet<UserId> users) implements Audience {}

        /** The desktops of everybody. */
        record AllDesktops() implements Audience {}
    }
}
