package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.HostAndPort;
import im.client.ClientListener;
import im.client.ClientOptions;
import im.client.FileOffer;
import im.client.ImClient;
import im.client.LoginServer;
import im.client.Transfer;
import im.client.TransferListener;
import im.client.TransferMode;
import im.client.TransferResult;
import im.launcher.Stack;
import im.launcher.Topology;
import im.proto.base.KickReasonType;
import im.proto.base.UserStatType;
import im.testkit.Eventually;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two msg-servers and two file-servers that act as one. alice is at the first msg-server, bob at the second. */
abstract class MsgServersAsOne {
    @TempDir
    Path folder;

    private final List<ImClient> clients = new ArrayList<>();
    private UserDatabase database;
    private Stack stack;

    /** Two of each, and whatever makes the msg-servers one. */
    abstract Topology startMiddle() throws Exception;

    /** Called when all servers have stopped. */
    abstract void stopMiddle();

    /** Settings by full key, asked for when what is in the middle has started. */
    abstract Map<String, String> settings();

    @BeforeEach
    void start() throws Exception {
        Topology topology = startMiddle();
        database = new UserDatabase(List.of("alice", "bob", "carol"));
        Map<String, String> settings = new HashMap<>(Map.of(
                "db-proxy.port", "0",
                "file-server.client.host", "127.0.0.1",
                "file-server.client.port", "0",
                "file-server.internal.port", "0",
                "file-server.store.folder", folder.resolve("files").toString()));
        // All clients here have tokens, wherever the file-server is that made the key, and through what is in the
        // middle too.
        settings.put("file-server.require-token", "true");
        settings.putAll(Map.of(
                "msg-server.client.host", "127.0.0.1",
                "msg-server.client.port", "0",
                "msg-server.link.reconnect-cap", "200ms",
                "route-server.port", "0",
                "login-server.http.host", "127.0.0.1",
                "login-server.http.port", "0",
                "login-server.client.port", "0",
                "login-server.internal.port", "0"));
        settings.putAll(ManagementPorts.free());
        settings.putAll(database.settings());
        settings.putAll(settings());
        stack = Stack.start(topology, settings);
        Eventually.until("the servers have found each other", stack::isUsable);
    }

    @AfterEach
    void stop() {
        clients.forEach(ImClient::close);
        stack.close();
        stopMiddle();
        database.close();
    }

    Stack stack() {
        return stack;
    }

    private static HostAndPort address(InetSocketAddress address) {
        return HostAndPort.fromParts("127.0.0.1", address.getPort());
    }

    ImClient login(String user, int msgServer, ClientListener listener) throws Exception {
        ClientOptions options =
                ClientOptions.of(address(stack.msgServers().get(msgServer).clientAddress()), user, user + "pw");
        return login(options, listener);
    }

    private ImClient login(ClientOptions options, ClientListener listener) throws Exception {
        ImClient client = Await.result(ImClient.connect(options, listener));
        clients.add(client);
        return client;
    }

    void awaitSeen(ImClient by, ImClient who) {
        Eventually.until(
                by.self().loginName() + " sees " + who.self().loginName(),
                () -> isOnline(by, who.self().id()));
    }

    static boolean isOnline(ImClient asked, int user) {
        try {
            return Await.result(asked.presence(List.of(user))).get(user) == UserStatType.USER_STATUS_ONLINE;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Path file(int size) throws Exception {
        return TestFiles.make(folder.resolve("out"), size + ".bin", size);
    }

    @Test
    void usersOnDifferentServersSeeEachOtherComeAndGo() throws Exception {
        BlockingQueue<String> news = new LinkedBlockingQueue<>();
        ImClient alice = login("alice", 0, new ClientListener() {
            @Override
            public void onPresence(int user, UserStatType status) {
                news.add(user + " " + status);
            }
        });
        assertThat(news.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo(alice.self().id() + " USER_STATUS_ONLINE");
        ImClient bob = login("bob", 1, ClientListener.NONE);
        assertThat(news.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo(bob.self().id() + " USER_STATUS_ONLINE");
        awaitSeen(alice, bob);
        awaitSeen(bob, alice);
        bob.close();
        assertThat(news.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo(bob.self().id() + " USER_STATUS_OFFLINE");
        assertThat(isOnline(alice, bob.self().id())).isFalse();
        assertThat(news).isEmpty();
    }

    @Test
    void aFileGoesOnlineFromOneServersUserToTheOthers() throws Exception {
        ImClient alice = login("alice", 0, ClientListener.NONE);
        Inbox inbox = new Inbox();
        ImClient bob = login("bob", 1, inbox);
        awaitSeen(alice, bob);
        Path file = file(1 << 20);
        Transfer sending = alice.send(file, bob.self().id(), TransferListener.NONE);
        FileOffer offer = inbox.next();
        assertThat(offer.mode()).isEqualTo(TransferMode.ONLINE);
        TransferResult received = Await.result(bob.receive(offer, folder.resolve("in"), TransferListener.NONE));
        TestFiles.assertSame(received.path(), file);
        assertThat(Await.result(sending).mode()).isEqualTo(TransferMode.ONLINE);
    }

    @Test
    void aReceiverAtAnotherServerIsToldThatAStoredFileIsReady() throws Exception {
        ImClient alice = login("alice", 0, ClientListener.NONE);
        Inbox inbox = new Inbox();
        ImClient bob = login("bob", 1, ClientListener.NONE);
        int bobsId = bob.self().id();
        awaitSeen(alice, bob);
        bob.close();
        Eventually.until("bob is seen to be away", () -> !isOnline(alice, bobsId));
        Path file = file(20 << 20);
        HeldSender held = new HeldSender();
        Transfer sending = alice.send(file, bobsId, held);
        held.awaitHeld();
        ImClient back;
        try {
            back = login("bob", 1, inbox);
            awaitSeen(login("carol", 0, ClientListener.NONE), back);
        } finally {
            held.letGo();
        }
        FileOffer offer = inbox.nextReady();
        assertThat(Await.result(sending).mode()).isEqualTo(TransferMode.OFFLINE);
        TestFiles.assertSame(
                Await.result(back.receive(offer, folder.resolve("in"), TransferListener.NONE))
                        .path(),
                file);
    }

    @Test
    void aSecondDesktopLoginElsewhereEndsTheFirst() throws Exception {
        CompletableFuture<KickReasonType> kicked = new CompletableFuture<>();
        ImClient first = login("alice", 0, new ClientListener() {
            @Override
            public void onKicked(KickReasonType reason) {
                kicked.complete(reason);
            }
        });
        ImClient bob = login("bob", 1, ClientListener.NONE);
        awaitSeen(bob, first);
        awaitSeen(first, bob);
        ImClient second = login("alice", 1, ClientListener.NONE);
        assertThat(Await.result(kicked)).isEqualTo(KickReasonType.KICK_REASON_DUPLICATE_USER);
        ImClient carol = login("carol", 0, ClientListener.NONE);
        awaitSeen(carol, second);
    }

    @Test
    void theLoginServerSendsClientsToServersThatAreThereAndAfterALossToAnother() throws Exception {
        HostAndPort http = address(stack.loginServer().orElseThrow().httpAddress());
        LoginServer loginServer = new LoginServer(http, Duration.ofSeconds(5));
        Eventually.until("the login-server knows a msg-server", () -> knowsOne(loginServer));
        ImClient alice = login(ClientOptions.of(loginServer, "alice", "alicepw"), ClientListener.NONE);
        int port = Await.result(loginServer.next()).getPort();
        int emptier = stack.msgServers().get(0).clientAddress().getPort() == port ? 0 : 1;
        // alice is at the other one, since the one with less load is named.
        stack.msgServers().get(1 - emptier).close();
        Eventually.until("alice is back, elsewhere", () -> alice.isConnected() && isLoggedInAt(emptier, alice));
    }

    private static boolean knowsOne(LoginServer loginServer) {
        return loginServer.next().handle((address, failure) -> failure == null).join();
    }

    private boolean isLoggedInAt(int msgServer, ImClient client) {
        try (ImClient carol = Await.result(ImClient.connect(
                ClientOptions.of(address(stack.msgServers().get(msgServer).clientAddress()), "carol", "carolpw")))) {
            return isOnline(carol, client.self().id());
        } catch (Exception e) {
            return false;
        }
    }

    @Test
    void aLostMsgServerTakesItsUsersWithIt() throws Exception {
        ImClient alice = login("alice", 0, ClientListener.NONE);
        ImClient bob = login("bob", 1, ClientListener.NONE);
        awaitSeen(alice, bob);
        stack.msgServers().get(1).close();
        Eventually.until(
                "alice sees bob gone", () -> !isOnline(alice, bob.self().id()));
    }
}
