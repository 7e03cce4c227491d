package im.msg.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A client that notes what it is told. */
final class RecordedClient implements OnlineClient {
    final List<String> told = new ArrayList<>();
    private final UserId user;
    private final ClientKind kind;
    boolean takesLargeFiles;

    RecordedClient(int user, ClientKind kind) {
        this.user = new UserId(user);
        this.kind = kind;
    }

    @Override
    public UserId user() {
        return user;
    }

    @Override
    public ClientKind kind() {
        return kind;
    }

    @Override
    public ClientDetails details() {
        return new ClientDetails("user" + user, Instant.EPOCH, "10.0.0.1:1");
    }

    @Override
    public boolean takesLargeFiles() {
        return takesLargeFiles;
    }

    @Override
    public void statusChanged(UserId other, boolean online) {
        told.add(other + (online ? " online" : " offline"));
    }

    @Override
    public void ownDesktopChanged(boolean online) {
        told.add("desktop " + (online ? "on" : "off"));
    }

    @Override
    public void kicked(KickReason reason) {
        told.add("kicked " + reason);
    }

    @Override
    public void offered(FileNotice notice) {
        told.add(notice.baseName() + (notice.stored() ? " stored" : " offered") + " " + notice.mode());
    }

    @Override
    public void offeredOnce(FileNotice notice) {
        offered(notice);
    }

    @Override
    public void reminded(FileNotice notice) {
        told.add(notice.baseName() + " waits");
    }

    @Override
    public void noticed(Notice notice) {
        told.add("notice");
    }

    @Override
    public void received(Message message) {
        told.add("message " + message.id() + " in " + message.content().conversation());
    }

    @Override
    public void receivedLate(Message message) {
        told.add("late " + message.id() + " in " + message.content().conversation());
    }

    @Override
    public String toString() {
        return user + " " + kind;
    }
}
