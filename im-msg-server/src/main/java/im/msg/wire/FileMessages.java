package im.msg.wire;

import com.google.common.hash.HashCode;
import com.google.protobuf.ByteString;
import im.msg.domain.FileNotice;
import im.msg.domain.OfflineFile;
import im.msg.domain.ServerAddress;
import im.msg.domain.TaskId;
import im.msg.domain.Token;
import im.msg.domain.TransferMode;
import im.msg.domain.TransferRole;
import im.msg.domain.UserId;
import im.msg.domain.WaitingFiles;
import im.netlib.LargeFiles;
import im.proto.base.ClientFileRole;
import im.proto.base.IpAddr;
import im.proto.base.OfflineFileInfo;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileNotify;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The domain's words for files in those of the protocol. */
public final class FileMessages {
    private static final int SHA256_LENGTH = 32;

    private FileMessages() {}

    public static IMFileNotify notice(FileNotice notice) {
        IMFileNotify.Builder notify = IMFileNotify.newBuilder()
                .setFromUserId(notice.from().value())
                .setToUserId(notice.to().value())
                .setFileName(notice.baseName())
                .setTaskId(notice.task().text())
                .addAllIpAddrList(addresses(notice.addresses()))
                .setTransMode(mode(notice.mode()))
                .setOfflineReady(notice.stored() ? 1 : 0);
        LargeFiles.putSize(notice.size(), notify::setFileSize, notify::setFileSize64);
        notice.expires().map(Instant::getEpochSecond).ifPresent(notify::setExpiresAt);
        notice.sha256().map(FileMessages::bytes).ifPresent(notify::setSha256);
        notice.token().map(FileMessages::bytes).ifPresent(notify::setToken);
        notice.group().ifPresent(notify::setGroupId);
        return notify.build();
    }

    public static FileNotice notice(IMFileNotify notify) {
        return new FileNotice(
                new UserId(notify.getFromUserId()),
                new UserId(notify.getToUserId()),
                notify.getFileName(),
                LargeFiles.size(notify.getFileSize(), notify.hasFileSize64(), notify.getFileSize64()),
                new TaskId(notify.getTaskId()),
                notify.getIpAddrListList().stream()
                        .map(address -> new ServerAddress(address.getIp(), address.getPort()))
                        .toList(),
                mode(notify.getTransMode()),
                notify.getOfflineReady() != 0,
                expiry(notify.hasExpiresAt(), notify.getExpiresAt()),
                sha256(notify.getSha256()),
                notify.hasToken() ? Optional.of(new Token(notify.getToken().toByteArray())) : Optional.empty(),
                group(notify.getGroupId()));
    }

    /** The group that a field names; 0 is none. */
    public static OptionalInt group(int id) {
        return id == 0 ? OptionalInt.empty() : OptionalInt.of(id);
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
        file.sha256().map(FileMessages::bytes).ifPresent(info::setSha256);
        waiting.token().map(FileMessages::bytes).ifPresent(info::setToken);
        file.group().ifPresent(info::setGroupId);
        return info.build();
    }

    public static ByteString bytes(Token token) {
        return ByteString.copyFrom(token.bytes());
    }

    public static ByteString bytes(HashCode sha256) {
        return ByteString.copyFrom(sha256.asBytes());
    }

    /** The sum that a field holds; empty when it holds none, or something that cannot be one. */
    public static Optional<HashCode> sha256(ByteString field) {
        return field.size() == SHA256_LENGTH ? Optional.of(HashCode.fromBytes(field.toByteArray())) : Optional.empty();
    }

    /** The time that a field of 64 bits holds, if it is there; what is beyond all calendars is never. */
    public static Optional<Instant> expiry(boolean isThere, long seconds) {
        if (!isThere) {
            return Optional.empty();
        }
        boolean never = seconds < 0 || seconds > Instant.MAX.getEpochSecond();
        return Optional.of(never ? Instant.MAX : Instant.ofEpochSecond(seconds));
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

    public static ClientFileRole role(TransferRole role) {
        return switch (role) {
            case SENDER -> ClientFileRole.CLIENT_REALTIME_SENDER;
            case RECEIVER -> ClientFileRole.CLIENT_REALTIME_RECVER;
            case UPLOADER -> ClientFileRole.CLIENT_OFFLINE_UPLOAD;
            case DOWNLOADER -> ClientFileRole.CLIENT_OFFLINE_DOWNLOAD;
        };
    }

    public static TransferMode mode(TransferFileType mode) {
        return switch (mode) {
            case FILE_TYPE_ONLINE -> TransferMode.ONLINE;
            case FILE_TYPE_OFFLINE -> TransferMode.OFFLINE;
        };
    }
}
