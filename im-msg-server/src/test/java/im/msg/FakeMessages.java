package im.msg;

import im.proto.RecordResult;
import im.proto.base.MsgType;
import im.proto.message.IMMsgData;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The messages of one database, which several db-proxies may share. */
final class FakeMessages {
    static final int CREATED = 1_700_000_000;
    /** A group that alice and carol are in. */
    static final int GROUP = 2;

    static final List<Integer> MEMBERS = List.of(1, 3);

    /** Everything that was asked, in order. */
    final BlockingQueue<IMMsgData> asked = new LinkedBlockingQueue<>();

    /** Who is in the group. */
    volatile List<Integer> members = MEMBERS;

    private final Map<Object, Integer> lastIds = new HashMap<>();
    private final Map<Object, Integer> named = new HashMap<>();
    private int lostAnswers;

    volatile int created = CREATED;
    volatile RecordResult result = RecordResult.DONE;
    /** Like db-proxies of others, which know neither results, nor names, nor members. */
    volatile boolean ofOthers;

    /** The id of the last message of every conversation that has none yet. */
    volatile int lastIdAtFirst;

    /** Those who store that many next messages die of it. */
    synchronized void loseAnswers(int count) {
        lostAnswers = count;
    }

    /** @return the answer, unless that is lost */
    synchronized Optional<IMMsgData> store(IMMsgData message) {
        Optional<IMMsgData> answer = answer(message);
        // At last: a test that has seen it may change the answers to what follows.
        asked.add(message);
        return answer;
    }

    private Optional<IMMsgData> answer(IMMsgData message) {
        IMMsgData.Builder answer = message.toBuilder();
        boolean group = message.getMsgType() == MsgType.MSG_TYPE_GROUP_TEXT
                || message.getMsgType() == MsgType.MSG_TYPE_GROUP_AUDIO;
        if (result == RecordResult.DONE) {
            Object conversation = group
                    ? message.getToSessionId()
                    : Stream.of(message.getFromUserId(), message.getToSessionId())
                            .sorted()
                            .toList();
            int id = ofOthers
                    ? next(conversation)
                    : named.computeIfAbsent(message.getClientMsgId(), name -> next(conversation));
            answer.setMsgId(id).setCreateTime(created);
        }
        if (!ofOthers) {
            answer.setResultCode(result.code());
            if (group) {
                answer.addAllMemberIdList(members);
            }
        }
        if (lostAnswers > 0) {
            lostAnswers--;
            return Optional.empty();
        }
        return Optional.of(answer.build());
    }

    private int next(Object conversation) {
        return lastIds.merge(conversation, lastIdAtFirst + 1, (last, first) -> last + 1);
    }

    /** The next that is asked, in 10 s at most. */
    IMMsgData nextAsked() throws InterruptedException {
        return Optional.ofNullable(asked.poll(10, TimeUnit.SECONDS))
                .orElseThrow(() -> new AssertionError("no message is to be stored"));
    }
}
