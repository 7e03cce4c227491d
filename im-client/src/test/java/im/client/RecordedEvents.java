package im.client;

import im.proto.base.KickReasonType;
import im.proto.base.UserStatType;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A listener whose calls a test awaits one by one. */
final class RecordedEvents implements ClientListener {
    record Presence(int userId, UserStatType status) {}

    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

    @Override
    public void onFileOffer(FileOffer offer) {
        events.add(offer);
    }

    @Override
    public void onPresence(int userId, UserStatType status) {
        events.add(new Presence(userId, status));
    }

    @Override
    public void onKicked(KickReasonType reason) {
        events.add(reason);
    }

    @Override
    public void onLoginRefused(LoginRefusedException refusal) {
        events.add(refusal);
    }

    @Override
    public void onConnectionState(ConnectionState state) {
        events.add(state);
    }

    @Override
    public void onMembersChanged(MembersChanged change) {
        events.add(change);
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
        events.add("command from " + fromUserId + ": " + data);
    }

    Object next() throws InterruptedException {
        Object event = events.poll(ScriptedServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("nothing happened");
        }
        return event;
    }
}
