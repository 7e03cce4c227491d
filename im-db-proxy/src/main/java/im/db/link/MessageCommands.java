package im.db.link;

import com.google.protobuf.ByteString;
import im.db.domain.Message;
import im.db.domain.Messages;
import im.db.domain.NewMessage;
import im.db.domain.Participant;
import im.db.domain.Refused;
import im.db.domain.Stored;
import im.proto.Commands;
import im.proto.base.MsgInfo;
import im.proto.base.MsgType;
import im.proto.message.IMGetLatestMsgIdReq;
import im.proto.message.IMGetLatestMsgIdRsp;
import im.proto.message.IMGetMsgByIdReq;
import im.proto.message.IMGetMsgByIdRsp;
import im.proto.message.IMGetMsgListReq;
import im.proto.message.IMGetMsgListRsp;
import im.proto.message.IMMsgData;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages, new and old. New ones of a conversation keep their order. The user ids are those of the session that the msg-server
 * vouches for. A list that cannot be had is not answered: the protocol has no way to say so, and an empty list would be a lie.
 */
public final class MessageCommands {
    private static final Logger log = LoggerFactory.getLogger(MessageCommands.class);
    /** Messages that an answer holds at most; it holds fewer if their frame would become too long. */
    private static final int MAX_LISTED = 100;

    private static final long LAST = 0xffff_ffffL;

    private final StorageCalls storage;
    private final Messages messages;
    private final Together<NewMessage, Outcome> storing = new Storing();

    public MessageCommands(StorageCalls storage, Messages messages) {
        this.storage = storage;
        this.messages = messages;
    }

    public void onMessage(MsgServerLink link, IMMsgData request, int seq) {
        NewMessage message;
        try {
            message = message(request);
        } catch (IllegalArgumentException e) {
            refuse(link, request, seq, e.getMessage());
            return;
        }
        storage.run(
                link,
                "message of " + message.from() + " to " + message.conversation(),
                message.conversation(),
                storing,
                message,
                outcome -> {
                    if (outcome.stored().isPresent()) {
                        answer(link, request, seq, outcome.stored().get());
                    } else {
                        refuse(link, request, seq, outcome.refusal());
                    }
                },
                () -> answer(link, request, seq, ResultCode.NO_DATABASE));
    }

    private record Outcome(Optional<Stored> stored, String refusal) {}

    private final class Storing implements Together<NewMessage, Outcome> {
        @Override
        public Outcome one(NewMessage message) {
            try {
                return outcome(messages.store(message));
            } catch (Refused e) {
                return new Outcome(Optional.empty(), e.getMessage());
            }
        }

        @Override
        public Optional<List<Outcome>> several(List<NewMessage> several) {
            return messages.storeTogether(several)
                    .map(stored -> stored.stream().map(Storing::outcome).toList());
        }

        private static Outcome outcome(Stored stored) {
            return new Outcome(Optional.of(stored), "");
        }
    }

    /** @throws IllegalArgumentException when nobody could send this */
    private static NewMessage message(IMMsgData request) {
        return new NewMessage(
                SessionIds.participant(
                                request.getFromUserId(),
                                SessionIds.typeFor(request.getMsgType()),
                                request.getToSessionId())
                        .orElseThrow(() -> new IllegalArgumentException("from or to the id 0")),
                request.getMsgType().getNumber(),
                request.getMsgData().toByteArray(),
                request.hasClientMsgId() ? Optional.of(request.getClientMsgId().toByteArray()) : Optional.empty());
    }

    private static void answer(MsgServerLink link, IMMsgData request, int seq, Stored stored) {
        IMMsgData.Builder answer = request.toBuilder()
                .setMsgId((int) stored.id())
                .setCreateTime((int) stored.created().getEpochSecond())
                .setResultCode(ResultCode.OK)
                .clearMemberIdList();
        stored.members().forEach(member -> answer.addMemberIdList(member.unsigned()));
        link.send(Commands.MSG_DATA, seq, answer.build());
    }

    private static void refuse(MsgServerLink link, IMMsgData request, int seq, String reason) {
        log.warn("{}: refused a message: {}", link, reason);
        answer(link, request, seq, ResultCode.REFUSED);
    }

    private static void answer(MsgServerLink link, IMMsgData request, int seq, int result) {
        link.send(
                Commands.MSG_DATA,
                seq,
                request.toBuilder()
                        .setMsgId(0)
                        .setResultCode(result)
                        .clearMemberIdList()
                        .build());
    }

    public void onList(MsgServerLink link, IMGetMsgListReq request, int seq) {
        long begin = Integer.toUnsignedLong(request.getMsgIdBegin());
        int limit = Integer.compareUnsigned(request.getMsgCnt(), MAX_LISTED) < 0 ? request.getMsgCnt() : MAX_LISTED;
        Optional<Participant> reader =
                SessionIds.participant(request.getUserId(), request.getSessionType(), request.getSessionId());
        read(
                link,
                "list of messages",
                request.getUserId(),
                () -> reader.map(in -> messages.downFrom(begin == 0 ? LAST : begin, in, limit, FrameBudget.BYTES))
                        .orElse(List.of()),
                found -> {
                    IMGetMsgListRsp.Builder answer = IMGetMsgListRsp.newBuilder()
                            .setUserId(request.getUserId())
                            .setSessionType(request.getSessionType())
                            .setSessionId(request.getSessionId())
                            .setMsgIdBegin(request.getMsgIdBegin())
                            .addAllMsgList(infos(found));
                    if (request.hasAttachData()) {
                        answer.setAttachData(request.getAttachData());
                    }
                    link.send(Commands.MSG_LIST_RESPONSE, seq, answer.build());
                });
    }

    public void onByIds(MsgServerLink link, IMGetMsgByIdReq request, int seq) {
        Set<Long> ids = new LinkedHashSet<>();
        request.getMsgIdListList().stream()
                .limit(MAX_LISTED)
                .map(Integer::toUnsignedLong)
                .forEach(ids::add);
        Optional<Participant> reader =
                SessionIds.participant(request.getUserId(), request.getSessionType(), request.getSessionId());
        read(
                link,
                "messages by their ids",
                request.getUserId(),
                () -> reader.map(in -> messages.withIds(ids, in, FrameBudget.BYTES))
                        .orElse(List.of()),
                found -> {
                    IMGetMsgByIdRsp.Builder answer = IMGetMsgByIdRsp.newBuilder()
                            .setUserId(request.getUserId())
                            .setSessionType(request.getSessionType())
                            .setSessionId(request.getSessionId())
                            .addAllMsgList(infos(found));
                    if (request.hasAttachData()) {
                        answer.setAttachData(request.getAttachData());
                    }
                    link.send(Commands.MSG_GET_BY_MSG_ID_RES, seq, answer.build());
                });
    }

    public void onLatestId(MsgServerLink link, IMGetLatestMsgIdReq request, int seq) {
        Optional<Participant> reader =
                SessionIds.participant(request.getUserId(), request.getSessionType(), request.getSessionId());
        read(
                link,
                "latest message",
                request.getUserId(),
                () -> reader.map(messages::latestId).orElse(0L),
                latest -> {
                    IMGetLatestMsgIdRsp.Builder answer = IMGetLatestMsgIdRsp.newBuilder()
                            .setUserId(request.getUserId())
                            .setSessionType(request.getSessionType())
                            .setSessionId(request.getSessionId())
                            .setLatestMsgId(latest.intValue());
                    if (request.hasAttachData()) {
                        answer.setAttachData(request.getAttachData());
                    }
                    link.send(Commands.MSG_GET_LATEST_MSG_ID_RSP, seq, answer.build());
                });
    }

    private <T> void read(MsgServerLink link, String what, int user, Callable<T> work, Consumer<T> answer) {
        String asking = Integer.toUnsignedString(user);
        storage.run(link, what + " for " + asking, asking, work, answer, () -> {});
    }

    private static List<MsgInfo> infos(List<Message> found) {
        return FrameBudget.firstThatFit(
                found.stream().map(MessageCommands::info).toList());
    }

    private static MsgInfo info(Message message) {
        return MsgInfo.newBuilder()
                .setMsgId((int) message.id())
                .setFromSessionId(message.from().unsigned())
                .setCreateTime((int) message.created().getEpochSecond())
                .setMsgType(MsgType.forNumber(message.type()))
                .setMsgData(ByteString.copyFrom(message.data()))
                .build();
    }
}
