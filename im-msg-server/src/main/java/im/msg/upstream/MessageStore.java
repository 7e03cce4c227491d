package im.msg.upstream;

import com.google.common.base.Throwables;
import im.msg.domain.Conversation;
import im.msg.domain.MessageName;
import im.msg.domain.MessageRefused;
import im.msg.domain.Messages;
import im.msg.domain.NewMessage;
import im.msg.wire.ChatMessages;
import im.netlib.LinkLostException;
import im.netlib.LinkPool;
import im.proto.Commands;
import im.proto.RecordResult;
import im.proto.message.IMMsgData;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

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
        return links.pickReady(key(message.conversation()), link -> true)
                .map(link -> store(link, message, name)
                        .exceptionallyCompose(failure -> storeElsewhere(message, name, link, failure)))
                .orElseGet(MessageStore::noneReady);
    }

    private static long key(Conversation conversation) {
        long users = (long) conversation.a() << Integer.SIZE | Integer.toUnsignedLong(conversation.b());
        return conversation.isGroup() ? ~users : users;
    }

    /**
     * A message that went with its link may have been stored, which the name shows to any other db-proxy of ours. Those of others would
     * store it again.
     */
    private CompletableFuture<Stored> storeElsewhere(
            NewMessage message, MessageName name, DbProxyLink failed, Throwable failure) {
        if (!(Throwables.getRootCause(failure) instanceof LinkLostException) || !failed.confirms()) {
            return CompletableFuture.failedFuture(failure);
        }
        Predicate<DbProxyLink> another = link -> link != failed && link.confirms();
        return links.pickReady(key(message.conversation()), another)
                .map(link -> store(link, message, name))
                .orElseGet(MessageStore::noneReady);
    }

    private static CompletableFuture<Stored> noneReady() {
        return CompletableFuture.failedFuture(new LinkLostException("no db-proxy is ready"));
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
