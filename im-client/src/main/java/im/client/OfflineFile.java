package im.client;

import com.google.common.collect.ImmutableList;
import com.google.common.net.HostAndPort;
import im.proto.base.OfflineFileInfo;
import java.util.List;

/**
 * A file that is stored on a file-server and waits for this user (0x050a).
 *
 * @param fromUserId who sent it, an unsigned 32-bit id
 * @param taskId names the transfer
 * @param fileName as it came: never use it as a path, see {@link SafeFileName}
 * @param size in bytes, below 4 GiB
 * @param addresses of the file-servers that may hold it, to be tried in this order
 */
public record OfflineFile(int fromUserId, String taskId, String fileName, long size, List<HostAndPort> addresses) {

    public OfflineFile {
        addresses = ImmutableList.copyOf(addresses);
    }

    /** @param common addresses that hold for the whole list: where to look when the file's own are none, or fail */
    static OfflineFile of(OfflineFileInfo info, List<HostAndPort> common) {
        return new OfflineFile(
                info.getFromUserId(),
                info.getTaskId(),
                info.getFileName(),
                Integer.toUnsignedLong(info.getFileSize()),
                Addresses.inOrder(Addresses.of(info.getIpAddrListList()), common));
    }

    /** The same as an offer to {@code toUserId}, who is always the user that asked for the list. */
    public FileOffer asOffer(int toUserId) {
        return new FileOffer(fromUserId, toUserId, fileName, size, taskId, addresses, TransferMode.OFFLINE, true);
    }
}
