package im.db;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import im.db.domain.Profile;
import im.db.domain.UserName;
import im.proto.Command;
import im.testkit.TestDatabase;
import im.testkit.WireClient;
import java.io.IOException;
import java.util.List;

/** A db-proxy whose database has nothing but the users alice, bob and carol, and a connection to it in the place of a msg-server's. */
final class AskedProxy implements AutoCloseable {
    static final int ALICE = 1;
    static final int BOB = 2;
    static final int CAROL = 3;

    private static final int LONGEST_FRAME = 256 << 10;
    private static final int SEQ = 9;

    final TestDatabase database;
    final WireClient client;
    private final DbProxy proxy;

    private AskedProxy(TestDatabase database, DbProxy proxy, WireClient client) {
        this.database = database;
        this.proxy = proxy;
        this.client = client;
    }

    static AskedProxy start() throws Exception {
        TestDatabase database = TestDatabase.fresh();
        DbProxyConfig config = Configurations.of(database);
        try (Accounts accounts = Accounts.open(config)) {
            for (String name : List.of("alice", "bob", "carol")) {
                accounts.add(new UserName(name), name + "pw", Profile.ofNickName(name));
            }
        }
        DbProxy proxy = DbProxy.start(config);
        return new AskedProxy(database, proxy, WireClient.connect(proxy.address()));
    }

    /** The answer, which no client finds too long. */
    <Q extends MessageLite, A extends MessageLite> A ask(Command<Q> question, Q request, Command<A> answer)
            throws IOException {
        client.send(question, SEQ, request);
        WireClient.Frame frame = client.expectFrame(answer);
        assertThat(frame.seq()).isEqualTo(SEQ);
        assertThat(frame.raw().length).isLessThanOrEqualTo(LONGEST_FRAME);
        return frame.parse(answer);
    }

    @Override
    public void close() throws IOException {
        client.close();
        proxy.close();
        database.close();
    }
}
