package im.file.transfer;

import java.util.stream.Stream;

/** How many transfers were in which mode and phase at one moment. Immutable. */
public final class Census {
    private final int[][] counts = new int[TransferMode.values().length][Phase.values().length];

    Census(Stream<? extends Ongoing> all) {
        all.forEach(each -> counts[each.mode().ordinal()][each.phase().ordinal()]++);
    }

    public int count(TransferMode mode, Phase phase) {
        return counts[mode.ordinal()][phase.ordinal()];
    }
}
