package im.msg.wire;

import com.google.common.hash.HashCode;
import com.google.protobuf.ByteString;
import im.msg.domain.FileNotice;
import im.msg.domain.OfflineFile;
import im.msg.domain.ServerAddress;
import im.msg.domain.TaskId;
import im.msg.domain.TransferMode;
import im.msg.domain.UserId;
import im.msg.domain.WaitingFiles;
import im.netlib.LargeFiles;
import im.proto.base.IpAddr;
import im.proto.base.OfflineFileInfo;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileNotify;
import java.time.Instant;
import java.util.List;

/** The domain's words for files in those of the protocol. */
public final class FileMessages {
    private FileMessages() {}

    public static IMFileNotify notice(FileNotice notice) {
        return IMFileNotify.newBuilder()
                .setFromUserId(notice.from().value())
                .setToUserId(notice.to().value())
                .setFileName(notice.baseName())
                .setFileSize((int) notice.size())
                .setTaskId(notice.task().text())
                .addAllIpAddrList(addresses(notice.addresses()))
                .setTransMode(mode(notice.mode()))
                .setOfflineReady(notice.stored() ? 1 : 0)
                .build();
    }

    public static FileNotice notice(IMFileNotify notify) {
        return new FileNotice(
                new UserId(notify.getFromUserId()),
                new UserId(notify.getToUserId()),
                notify.getFileName(),
                Integer.toUnsignedLong(notify.getFileSize()),
                new TaskId(notify.getTaskId()),
                notify.getIpAddrListList().stream()
                        .map(address -> new ServerAddress(address.getIp(), address.getPort()))
                        .toList(),
                mode(notify.getTransMode()),
                notify.getOfflineReady() != 0);
    }

    public static OfflineFileInfo waiting(WaitingFiles.Waiting waiting) {
        OfflineFile file = waiting.file();
        OfflineFileInfo.Builder info = OfflineFileInfo.newBuilder()
                .setFromUserId(file.from().value())
                .setTaskId(file.task().text())
                .setFileName(file.baseName())
                .addAllIpAddrList(addresses(waiting.addresses()));
        LargeFiles.putSize(file.size(), info::setFileSize, info::setFileSize64);
        file.expires().map(Instant::getEpochSecond).ifPresent(info::setExpiresAt);
        file.sha256().map(HashCode::asBytes).map(ByteString::copyFrom).ifPresent(info::setSha256);
        return info.build();
    }

    public static List<IpAddr> addresses(List<ServerAddress> addresses) {
        return addresses.stream()
                .map(address -> IpAddr.newBuilder()
                        .setIp(address.ip())
                        .setPort(address.port())
                        .build())
                .toList();
    }

    public static TransferFileType mode(TransferMode mode) {
        return switch (mode) {
            case ONLINE -> TransferFileType.FILE_TYPE_ONLINE;
            case OFFLINE -> TransferFileType.FILE_TYPE_OFFLINE;
        };
    }

    public static TransferMode mode(TransferFileType mode) {
        return switch (mode) {
            case FILE_TYPE_ONLINE -> TransferMode.ONLINE;
            case FILE_TYPE_OFFLINE -> TransferMode.OFFLINE;
        };
    }
}
