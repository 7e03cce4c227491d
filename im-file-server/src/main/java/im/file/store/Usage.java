package im.file.store;

import im.file.transfer.TaskId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many bytes the files of each sender take, as far as this process knows: what it counted, and what it changed itself since.
 * Counted piece by piece, so that a piece that changes while it is counted can be counted again. Thread-safe.
 */
public final class Usage {
    /** How many pieces the committed files have. */
    public static final int SHARDS = StoreFolder.SHARDS;

    /** The piece of uploads that broke off; before it there is one piece for each shard of the committed files. */
    static final int PARTIALS = SHARDS;

    private static final class Piece {
        Map<Long, Long> bytesByUser = Map.of();
        long changes;
    }

    private final List<Piece> pieces = new ArrayList<>();
    private final Map<Long, Long> bytesByUser = new HashMap<>();
    private long total;

    Usage() {
        for (int i = 0; i <= PARTIALS; i++) {
            pieces.add(new Piece());
        }
    }

    /** In which of the first {@link #SHARDS} a file is counted. */
    public static int pieceOf(TaskId file) {
        return StoreFolder.shardOf(file);
    }

    synchronized long total() {
        return total;
    }

    synchronized long of(long user) {
        return bytesByUser.getOrDefault(user, 0L);
    }

    /** Something came, or went if there are fewer than no bytes. */
    synchronized void change(int piece, long user, long bytes) {
        Piece changed = pieces.get(piece);
        changed.changes++;
        changed.bytesByUser = new HashMap<>(changed.bytesByUser);
        changed.bytesByUser.merge(user, bytes, Long::sum);
        add(user, bytes);
    }

    /** To be asked before a piece is counted. */
    public synchronized long changesOf(int piece) {
        return pieces.get(piece).changes;
    }

    /**
     * A piece was counted.
     *
     * @param changes what {@link #changesOf} said before
     * @return false, and nothing has happened, when it has changed since
     */
    public synchronized boolean counted(int piece, Map<Long, Long> counted, long changes) {
        Piece known = pieces.get(piece);
        if (known.changes != changes) {
            return false;
        }
        known.bytesByUser.forEach((user, bytes) -> add(user, -bytes));
        counted.forEach(this::add);
        known.bytesByUser = Map.copyOf(counted);
        return true;
    }

    private void add(long user, long bytes) {
        total += bytes;
        if (bytesByUser.merge(user, bytes, Long::sum) == 0) {
            bytesByUser.remove(user);
        }
    }
}
