package im.netlib;

import io.netty.channel.ChannelConfig;
import java.util.EnumSet;
import java.util.Set;

/** Whether bytes are taken from a peer, who notices through TCP when not: while nothing speaks against it. Event loop only. */
final class Intake {
    /** What can speak against it. */
    enum Stop {
        /** The session cannot pass on what comes. */
        SESSION,
        /** The peer has sent more than its share. */
        RATE,
        /** The memory for buffers is nearly used up. */
        MEMORY
    }

    private final ChannelConfig channel;
    private final Set<Stop> stops = EnumSet.noneOf(Stop.class);
    private boolean always;

    Intake(ChannelConfig channel) {
        this.channel = channel;
    }

    void stop(Stop why) {
        stops.add(why);
        apply();
    }

    void goOn(Stop why) {
        stops.remove(why);
        apply();
    }

    boolean isStoppedFor(Stop why) {
        return stops.contains(why);
    }

    /** From now on, whatever speaks against it: input is thrown away. */
    void always() {
        always = true;
        apply();
    }

    private void apply() {
        channel.setAutoRead(always || stops.isEmpty());
    }
}
