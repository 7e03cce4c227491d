package im.client;

import com.google.common.collect.ImmutableList;
import com.google.common.net.HostAndPort;
import com.google.protobuf.ByteString;
import im.proto.Capabilities;
import im.proto.base.ClientFileRole;
import im.proto.file.IMFileLoginReq;
import java.util.List;

/**
 * Which part this client takes in which task, and where.
 *
 * @param token what the msg-server gave for it; empty when it gave none
 */
record TaskRole(String taskId, TransferMode mode, ClientFileRole role, List<HostAndPort> addresses, ByteString token) {

    private static final int ALL_CAPABILITIES = Capabilities.LARGE_FILES
            | Capabilities.GROWING_BLOCKS
            | Capabilities.ANSWERS_PULLS_AHEAD
            | Capabilities.SAYS_DONE;

    TaskRole {
        addresses = ImmutableList.copyOf(addresses);
    }

    static TaskRole receiver(FileOffer offer) {
        return new TaskRole(
                offer.taskId(),
                offer.mode(),
                offer.mode() == TransferMode.ONLINE
                        ? ClientFileRole.CLIENT_REALTIME_RECVER
                        : ClientFileRole.CLIENT_OFFLINE_DOWNLOAD,
                offer.addresses(),
                offer.details().token());
    }

    IMFileLoginReq login(int userId) {
        IMFileLoginReq.Builder login = IMFileLoginReq.newBuilder()
                .setUserId(userId)
                .setTaskId(taskId)
                .setFileRole(role)
                .setCapabilities(ALL_CAPABILITIES);
        return token.isEmpty() ? login.build() : login.setToken(token).build();
    }
}
