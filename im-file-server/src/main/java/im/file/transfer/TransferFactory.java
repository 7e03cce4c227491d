package im.file.transfer;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Executor;

/** Makes the transfers of one shard, with what all of them share. */
public final class TransferFactory {
    private final TransferLimits limits;
    private final UploadBudget budget;
    private final ShardClock clock;
    private final Executor loop;
    private final Transfers transfers;
    private final TransferMeters online;
    private final TransferMeters uploads;
    private final TransferMeters downloads;

    /** @param loop the event loop of the shard */
    public TransferFactory(
            TransferLimits limits,
            UploadBudget budget,
            ShardClock clock,
            Executor loop,
            Transfers transfers,
            MeterRegistry meters) {
        this.limits = limits;
        this.budget = budget;
        this.clock = clock;
        this.loop = loop;
        this.transfers = transfers;
        this.online = new TransferMeters(meters, TransferMode.ONLINE);
        this.uploads = new TransferMeters(meters, TransferMode.UPLOAD);
        this.downloads = new TransferMeters(meters, TransferMode.DOWNLOAD);
    }

    public OnlineTransfer online(FileTask task) {
        return new OnlineTransfer(task, limits, budget, clock, online, transfers::remove);
    }

    /**
     * @param room for the file; given away
     * @param records have to know the file before the uploader hears that it is done
     */
    public OfflineTransfer offline(FileTask task, FileStore.Reservation room, Records records) {
        return new OfflineTransfer(task, limits, room, records, budget, clock, uploads, loop, transfers::remove);
    }

    /**
     * @param file open; given away
     * @param grows whether a block may be longer than the receiver asked for
     */
    public Download download(StoredFile file, Peer peer, boolean grows) {
        Download download =
                new Download(file, peer, limits.maxPullsInFlight(), grows, clock, downloads, loop, transfers::ended);
        transfers.began(download);
        return download;
    }
}
