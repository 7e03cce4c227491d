package im.client;

import com.google.common.collect.ImmutableList;
import com.google.common.net.HostAndPort;
import im.netlib.LargeFiles;
import im.proto.base.OfflineFileInfo;
import im.proto.file.IMFileHasOfflineRsp;
import java.util.List;

/**
 * A file that is stored on a file-server and waits for this user (0x050a).
 *
 * @param fromUserId who sent it, an unsigned 32-bit id
 * @param taskId names the transfer
 * @param fileName as it came: never use it as a path, see {@link SafeFileName}
 * @param size in bytes
 * @param addresses of the file-servers that may hold it, to be tried in this order
 */
public record OfflineFile(
        int fromUserId, String taskId, String fileName, long size, List<HostAndPort> addresses, FileDetails details) {

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
                FileDetails.of(info.getSha256(), info.getExpiresAt(), info.getToken()));
    }

    /** The same as an offer to {@code toUserId}, who is always the user that asked for the list. */
    public FileOffer asOffer(int toUserId) {
        return new FileOffer(
                fromUserId, toUserId, fileName, size, taskId, addresses, TransferMode.OFFLINE, true, details);
    }
}
