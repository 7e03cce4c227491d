package im.msg.upstream;

import im.msg.domain.Conversation;
import im.msg.domain.MessageName;
import im.msg.domain.MessageRefused;
import im.msg.domain.Messages;
import im.msg.domain.NewMessage;
import im.msg.wire.ChatMessages;
import im.netlib.LinkPool;
import im.proto.Commands;
import im.proto.RecordResult;
import im.proto.message.IMMsgData;
import java.util.concurrent.CompletableFuture;

/**
 * All db-proxies, of which each conversation has one as long as that is ready: so the order of its messages is that of one link, and no two
 * db-proxies wait for each other. Thread-safe.
 */
public final class MessageStore implements Messages {
    private static final int NOT_STORED = 0;

    private final LinkPool<DbProxyLink> links;

    public MessageStore(LinkPool<DbProxyLink> links) {
        this.links = links;
    }

    @Override
    public CompletableFuture<Stored> store(NewMessage message, MessageName name) {
        // A message that went with its link may have been stored, which its name shows to any other db-proxy of ours.
        // Those of others would store it again.
        return Failover.ask(
                wanted -> links.pickReady(key(message.conversation()), wanted),
                link -> store(link, message, name),
                DbProxyLink::confirms);
    }

    private static long key(Conversation conversation) {
        long users = (long) conversation.a() << Integer.SIZE | Integer.toUnsignedLong(conversation.b());
        return conversation.isGroup() ? ~users : users;
    }

    private static CompletableFuture<Stored> store(DbProxyLink link, NewMessage message, MessageName name) {
        return link.call(Commands.MSG_DATA, token -> ChatMessages.toStore(message, name, token), IMMsgData.class)
                .thenCompose(MessageStore::stored);
    }

    /** Those of others say with the id alone whether it was stored. */
    private static CompletableFuture<Stored> stored(IMMsgData answer) {
        RecordResult result = answer.hasResultCode() ? RecordResult.of(answer.getResultCode()) : RecordResult.DONE;
        if (result == RecordResult.NOT_NOW) {
            return CompletableFuture.failedFuture(new RequestFailed("the db-proxy has no database"));
        }
        if (result != RecordResult.DONE || answer.getMsgId() == NOT_STORED) {
            return CompletableFuture.failedFuture(new MessageRefused("the db-proxy refuses it"));
        }
        return CompletableFuture.completedFuture(new Stored(
                answer.getMsgId(), answer.getCreateTime(), ChatMessages.users(answer.getMemberIdListList())));
    }
}
