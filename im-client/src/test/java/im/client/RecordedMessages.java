package im.client;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A listener whose calls a test awaits one by one. */
final class RecordedMessages implements MessageListener {
    record Read(ConversationId conversation, long id) {}

    record Removed(ConversationId conversation) {}

    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

    @Override
    public void onMessage(Message message) {
        events.add(message);
    }

    @Override
    public void onRead(ConversationId conversation, long id) {
        events.add(new Read(conversation, id));
    }

    @Override
    public void onRemoved(ConversationId conversation) {
        events.add(new Removed(conversation));
    }

    Object next() throws InterruptedException {
        Object event = events.poll(ScriptedServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("nothing happened");
        }
        return event;
    }

    /** The next is this message of that conversation. */
    Message next(ConversationId conversation, long id) throws InterruptedException {
        Object event = next();
        if (!(event instanceof Message message) || !message.conversation().equals(conversation) || message.id() != id) {
            throw new AssertionError("expected " + id + " of " + conversation + " but got " + event);
        }
        return message;
    }

    boolean isEmpty() {
        return events.isEmpty();
    }
}
