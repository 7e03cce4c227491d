package im.msg.session;

import com.google.protobuf.Message;
import im.msg.domain.UserId;
import im.msg.wire.DatabaseRequest;
import im.proto.message.IMMsgDataReadAck;
import java.util.concurrent.CompletableFuture;

/** What of the database goes to clients as it is. What one user asks is answered in its order. Thread-safe. */
public interface Database {
    /** Fails when there is nobody to ask, or no answer. */
    <Q extends Message, R extends Message> CompletableFuture<R> ask(DatabaseRequest<Q, R> kind, UserId user, Q request);

    /** Nobody says what became of it; fails when there is nobody to tell. */
    CompletableFuture<Void> tell(IMMsgDataReadAck read);
}
