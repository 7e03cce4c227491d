package im.route.link;

import com.google.protobuf.MessageLite;
import im.netlib.Pdu;
import im.netlib.ProtocolViolation;
import im.proto.Command;
import im.proto.Commands;
import im.proto.group.IMGroupChangeMemberNotify;
import im.proto.message.IMMsgData;
import im.route.domain.Presence;
import im.route.domain.UserId;
import java.util.stream.Stream;

/**
 * What msg-servers send for users at other msg-servers: it goes on byte for byte, to those msg-servers only and never back. Every body is
 * parsed first, even where nothing in it is needed: what one msg-server sends must not make the others close their links.
 */
final class FanOutCommands {
    private final Presence<MsgServerLink> presence;
    private final int maxFrame;

    FanOutCommands(Presence<MsgServerLink> presence, int maxFrame) {
        this.presence = presence;
        this.maxFrame = maxFrame;
    }

    void onFile(MsgServerLink origin, Pdu pdu) {
        toHostsOf(origin, pdu, parse(pdu, Commands.FILE_NOTIFY).getToUserId());
    }

    /** The sender's other clients show it as well. Who is in a group only msg-servers of ours say. */
    void onMessage(MsgServerLink origin, Pdu pdu) {
        IMMsgData message = parse(pdu, Commands.MSG_DATA);
        switch (message.getMsgType()) {
            case MSG_TYPE_SINGLE_TEXT, MSG_TYPE_SINGLE_AUDIO ->
                toHostsOf(origin, pdu, message.getToSessionId(), message.getFromUserId());
            case MSG_TYPE_GROUP_TEXT, MSG_TYPE_GROUP_AUDIO -> {
                if (message.getMemberIdListCount() == 0) {
                    toAllOthers(origin, pdu);
                } else {
                    toHostsOf(origin, pdu, message.getMemberIdListList().stream());
                }
            }
        }
    }

    void onMessageRead(MsgServerLink origin, Pdu pdu) {
        toHostsOf(origin, pdu, parse(pdu, Commands.MSG_READ_NOTIFY).getUserId());
    }

    void onP2PCommand(MsgServerLink origin, Pdu pdu) {
        toHostsOf(origin, pdu, parse(pdu, Commands.SWITCH_P2P_CMD).getToUserId());
    }

    void onGroupMembers(MsgServerLink origin, Pdu pdu) {
        IMGroupChangeMemberNotify notify = parse(pdu, Commands.GROUP_CHANGE_MEMBER_NOTIFY);
        toHostsOf(
                origin,
                pdu,
                Stream.concat(notify.getCurUserIdListList().stream(), notify.getChgUserIdListList().stream()));
    }

    void onSessionRemoved(MsgServerLink origin, Pdu pdu) {
        toHostsOf(
                origin,
                pdu,
                parse(pdu, Commands.BUDDY_LIST_REMOVE_SESSION_NOTIFY).getUserId());
    }

    void onAvatar(MsgServerLink origin, Pdu pdu) {
        parse(pdu, Commands.BUDDY_LIST_AVATAR_CHANGED_NOTIFY);
        toAllOthers(origin, pdu);
    }

    void onSignature(MsgServerLink origin, Pdu pdu) {
        parse(pdu, Commands.BUDDY_LIST_SIGN_INFO_CHANGED_NOTIFY);
        toAllOthers(origin, pdu);
    }

    void onKick(MsgServerLink origin, Pdu pdu) {
        toHostsOf(origin, pdu, parse(pdu, Commands.OTHER_SERVER_KICK_USER).getUserId());
    }

    private <M extends MessageLite> M parse(Pdu pdu, Command<M> command) {
        if (pdu.length() > maxFrame) {
            throw new ProtocolViolation(command + " of " + pdu.length() + " bytes");
        }
        return pdu.parse(command);
    }

    private void toHostsOf(MsgServerLink origin, Pdu pdu, Integer... users) {
        toHostsOf(origin, pdu, Stream.of(users));
    }

    private void toHostsOf(MsgServerLink origin, Pdu pdu, Stream<Integer> users) {
        forward(pdu, presence.hostsOf(users.map(UserId::new).toList(), origin));
    }

    private void toAllOthers(MsgServerLink origin, Pdu pdu) {
        forward(pdu, presence.othersThan(origin));
    }

    private static void forward(Pdu pdu, Iterable<MsgServerLink> receivers) {
        receivers.forEach(receiver -> receiver.connection().forward(pdu));
    }
}
