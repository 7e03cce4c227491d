package im.client;

import com.google.common.collect.ImmutableList;
import com.google.common.net.HostAndPort;
import im.netlib.LargeFiles;
import im.proto.file.IMFileNotify;
import java.util.List;
import java.util.OptionalInt;

/**
 * Somebody sends this user a file (0x0508).
 *
 * @param fromUserId who sends it, an unsigned 32-bit id
 * @param toUserId who gets it
 * @param fileName as it came: never use it as a path, see {@link SafeFileName}
 * @param size in bytes
 * @param taskId names the transfer
 * @param addresses of the file-server, to be tried in this order
 * @param mode {@code ONLINE}: take it or refuse it now
 * @param offlineReady true when an offline file is stored and can be downloaded; false when it is only on its way there
 * @param group as in {@link OfflineFile}
 */
public record FileOffer(
        int fromUserId,
        int toUserId,
        String fileName,
        long size,
        String taskId,
        List<HostAndPort> addresses,
        TransferMode mode,
        boolean offlineReady,
        FileDetails details,
        OptionalInt group) {
    public FileOffer {
        addresses = ImmutableList.copyOf(addresses);
    }

    static FileOffer of(IMFileNotify notify) {
        return new FileOffer(
                notify.getFromUserId(),
                notify.getToUserId(),
                notify.getFileName(),
                LargeFiles.size(notify.getFileSize(), notify.hasFileSize64(), notify.getFileSize64()),
                notify.getTaskId(),
                Addresses.of(notify.getIpAddrListList()),
                TransferMode.of(notify.getTransMode()),
                notify.getOfflineReady() != 0,
                FileDetails.of(notify.getSha256(), notify.getExpiresAt(), notify.getToken()),
                group(notify.getGroupId()));
    }

    /** 0 is none. */
    static OptionalInt group(int id) {
        return id == 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /**
     * The stored file that this offer is about.
     *
     * @throws IllegalStateException when it is not stored, or not yet
     */
    public OfflineFile asOfflineFile() {
        if (!offlineReady) {
            throw new IllegalStateException("not ready to be downloaded: " + this);
        }
        return new OfflineFile(fromUserId, taskId, fileName, size, addresses, details, group);
    }
}
