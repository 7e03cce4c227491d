package im.client;

import com.google.common.collect.ImmutableList;
import com.google.common.net.HostAndPort;
import im.netlib.LargeFiles;
import im.proto.base.OfflineFileInfo;
import im.proto.file.IMFileHasOfflineRsp;
import java.util.List;
import java.util.OptionalInt;

/**
 * A file that is stored on a file-server and waits for this user (0x050a).
 *
 * @param fromUserId who sent it, an unsigned 32-bit id
 * @param taskId names the transfer
 * @param fileName as it came: never use it as a path, see {@link SafeFileName}
 * @param size in bytes
 * @param addresses of the file-servers that may hold it, to be tried in this order
 * @param group that it was sent to, an unsigned 32-bit id; empty for one that is for this user alone
 */
public record OfflineFile(
        int fromUserId,
        String taskId,
        String fileName,
        long size,
        List<HostAndPort> addresses,
        FileDetails details,
        OptionalInt group) {
    public OfflineFile {
        addresses = ImmutableList.copyOf(addresses);
    }

    /** The addresses of the whole list are where to look when a file's own are none, or fail. */
    static List<OfflineFile> of(IMFileHasOfflineRsp list) {
        List<HostAndPort> common = Addresses.of(list.getIpAddrListList());
        return list.getOfflineFileListList().stream()
                .map(info -> of(info, common))
                .toList();
    }

    private static OfflineFile of(OfflineFileInfo info, List<HostAndPort> common) {
        return new OfflineFile(
                info.getFromUserId(),
                info.getTaskId(),
                info.getFileName(),
                LargeFiles.size(info.getFileSize(), info.hasFileSize64(), info.getFileSize64()),
                Addresses.inOrder(Addresses.of(info.getIpAddrListList()), common),
                FileDetails.of(info.getSha256(), info.getExpiresAt(), info.getToken()),
                FileOffer.group(info.getGroupId()));
    }

    /** The same as an offer to {@code toUserId}, who is always the user that asked for the list. */
    public FileOffer asOffer(int toUserId) {
        return new FileOffer(
                fromUserId, toUserId, fileName, size, taskId, addresses, TransferMode.OFFLINE, true, details, group);
    }
}
