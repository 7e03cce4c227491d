package im.file.transfer;

import java.util.EnumSet;
import java.util.Set;

/** The ways of a file through this server. */
public enum TransferMode {
    ONLINE(EnumSet.of(Phase.WAITING, Phase.RUNNING, Phase.CONFIRMING, Phase.ENDED)),
    UPLOAD(EnumSet.of(Phase.WAITING, Phase.RUNNING, Phase.COMMITTING, Phase.RECORDING)),
    DOWNLOAD(EnumSet.of(Phase.RUNNING));

    private final Set<Phase> phases;

    TransferMode(Set<Phase> phases) {
        this.phases = phases;
    }

    /** Those in which it can be seen. */
    public Set<Phase> phases() {
        return phases;
    }
}
