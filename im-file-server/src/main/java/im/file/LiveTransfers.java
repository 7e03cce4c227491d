package im.file;

import im.file.transfer.Ongoing;
import im.file.transfer.TransferMeters;
import im.file.transfer.Transfers;
import im.server.management.Telemetry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The transfers of all shards, for people. Neither whole task ids, which let people in, nor names of files are among it. */
record LiveTransfers(List<Shard> shards) implements Telemetry.View {
    private static final int MAX_LISTED = 200;

    /** Of one shard. */
    record Part(int count, List<Map<String, Object>> listed) {
        /** On the event loop of the shard. */
        static Part of(Transfers transfers) {
            return new Part(
                    transfers.ongoingCount(),
                    transfers.some(MAX_LISTED).stream().map(Part::describe).toList());
        }

        private static Map<String, Object> describe(Ongoing transfer) {
            return Map.of(
                    "task", transfer.task().id().toString(),
                    "from", transfer.task().from(),
                    "to", transfer.task().to(),
                    "mode", TransferMeters.tag(transfer.mode()),
                    "state", TransferMeters.tag(transfer.phase()),
                    "done", transfer.bytesDone(),
                    "size", transfer.task().size(),
                    "begun", TimeUnit.NANOSECONDS.toMillis(transfer.since()),
                    "active", TimeUnit.NANOSECONDS.toMillis(transfer.lastActivity()));
        }
    }

    @Override
    public CompletableFuture<Map<String, Object>> now() {
        List<CompletableFuture<Part>> parts = shards.stream().map(Shard::live).toList();
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(all -> together(parts.stream().map(CompletableFuture::join)));
    }

    private static Map<String, Object> together(Stream<Part> parts) {
        List<Part> all = parts.toList();
        return Map.of(
                "now", TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
                "count", all.stream().mapToInt(Part::count).sum(),
                "transfers",
                        all.stream()
                                .flatMap(part -> part.listed().stream())
                                .limit(MAX_LISTED)
                                .toList());
    }
}
