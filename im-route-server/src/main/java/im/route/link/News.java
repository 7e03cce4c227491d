package im.route.link;

import com.google.protobuf.MessageLite;
import im.netlib.Pdu;
import im.proto.Command;
import im.proto.Commands;
import im.proto.base.UserStat;
import im.proto.base.UserStatType;
import im.proto.buddy.IMUserStatNotify;
import im.proto.server.IMServerPCLoginStatusNotify;
import im.route.domain.UserId;
import io.netty.buffer.ByteBuf;

/** What a msg-server may be told about a user. Of two that are equal only the later one matters. */
record News(Topic topic, UserId user) {
    /** Room for any of them as a frame. */
    static final int MAX_LENGTH = 32;

    enum Topic {
        /** The user is online, or nowhere any more. */
        STATUS,
        /** The user's desktop is. */
        DESKTOP
    }

    /** Appends this as a frame with sequence number 0. Very many may go out at once, so each is not a buffer of its own. */
    void writeTo(ByteBuf frames, boolean online) {
        switch (topic) {
            case STATUS ->
                write(
                        frames,
                        Commands.BUDDY_LIST_STATUS_NOTIFY,
                        IMUserStatNotify.newBuilder()
                                .setUserStat(UserStat.newBuilder()
                                        .setUserId(user.value())
                                        .setStatus(
                                                online
                                                        ? UserStatType.USER_STATUS_ONLINE
                                                        : UserStatType.USER_STATUS_OFFLINE))
                                .build());
            case DESKTOP ->
                write(
                        frames,
                        Commands.OTHER_LOGIN_STATUS_NOTIFY,
                        IMServerPCLoginStatusNotify.newBuilder()
                                .setUserId(user.value())
                                .setLoginStatus(online ? 1 : 0)
                                .build());
        }
    }

    private static <M extends MessageLite> void write(ByteBuf frames, Command<M> command, M message) {
        byte[] body = message.toByteArray();
        frames.writeInt(Pdu.HEADER_LENGTH + body.length)
                .writeShort(1)
                .writeShort(0)
                .writeShort(command.serviceId())
                .writeShort(command.commandId())
                .writeInt(0)
                .writeBytes(body);
    }
}
