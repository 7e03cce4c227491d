package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.ClientListener;
import im.client.ConversationId;
import im.client.ImClient;
import im.client.MembersChanged;
import im.client.Message;
import im.client.MessageListener;
import im.testkit.Eventually;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a client is told of messages, groups and people, in order, each as a line. */
final class Talk implements ClientListener, MessageListener {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    /** From now on the messages of this client count too. */
    void listenTo(ImClient client) throws Exception {
        Await.result(client.messages().listen(this));
    }

    @Override
    public void onMessage(Message message) {
        events.add(line(message));
    }

    static String line(Message message) {
        return message.conversation() + ": " + message.id() + " from " + message.fromUserId() + ": " + message.text();
    }

    @Override
    public void onRead(ConversationId conversation, long id) {
        events.add("read " + conversation + " up to " + id);
    }

    @Override
    public void onRemoved(ConversationId conversation) {
        events.add("removed " + conversation);
    }

    @Override
    public void onMembersChanged(MembersChanged change) {
        events.add("group " + change.groupId() + ": " + change.byUserId() + (change.added() ? " added " : " removed ")
                + change.changed() + ", now "
                + change.members().stream().sorted().toList());
    }

    @Override
    public void onSignature(int userId, String signature) {
        events.add("signature of " + userId + ": " + signature);
    }

    @Override
    public void onAvatar(int userId, String url) {
        events.add("avatar of " + userId + ": " + url);
    }

    @Override
    public void onCommand(int fromUserId, String data) {
        events.add("command of " + fromUserId + ": " + data);
    }

    /** These are the next, and nothing comes in between. */
    void expect(String... lines) throws InterruptedException {
        for (String line : lines) {
            assertThat(events.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo(line);
        }
    }
}
