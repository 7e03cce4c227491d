package im.file.transfer;

import java.util.concurrent.Executor;

/** Makes the transfers of one shard, with what all of them share. */
public final class TransferFactory {
    private final TransferLimits limits;
    private final UploadBudget budget;
    private final ShardClock clock;
    private final Executor loop;
    private final Transfers transfers;

    /** @param loop the event loop of the shard */
    public TransferFactory(
            TransferLimits limits, UploadBudget budget, ShardClock clock, Executor loop, Transfers transfers) {
        this.limits = limits;
        this.budget = budget;
        this.clock = clock;
        this.loop = loop;
        this.transfers = transfers;
    }

    public OnlineTransfer online(FileTask task) {
        return new OnlineTransfer(task, limits, budget, clock, transfers::remove);
    }

    /**
     * @param room for the file; given away
     * @param records have to know the file before the uploader hears that it is done
     */
    public OfflineTransfer offline(FileTask task, FileStore.Reservation room, Records records) {
        return new OfflineTransfer(task, limits, room, records, budget, clock, loop, transfers::remove);
    }
}
