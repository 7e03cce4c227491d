package im.msg;

import static org.assertj.core.api.Assertions.assertThat;

import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.ResultType;
import im.proto.buddy.IMUsersStatReq;
import im.proto.login.IMLoginReq;
import im.proto.login.IMLoginRes;
import im.proto.message.IMClientTimeReq;
import im.proto.server.IMFileServerIPReq;
import im.testkit.Eventually;
import im.testkit.FaultProxy;
import im.testkit.Hostile;
import im.testkit.WireClient;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What hostile, broken and silent clients get, and that nobody else notices. */
class LimitsIT {
    private Stack stack;

    @AfterEach
    void stop() throws Exception {
        stack.close();
    }

    private void assertClosedBeforeAndAfterLogin(byte[] bytes) throws Exception {
        stack = Stack.start(Map.of());
        Client bystander = stack.desktop("bob");
        Client stranger = stack.connect();
        stranger.wire.sendRaw(bytes);
        stranger.wire.expectClosed();
        Client alice = stack.desktop("alice");
        alice.wire.sendRaw(bytes);
        alice.wire.expectClosed();
        bystander.expectNothing();
    }

    @Test
    void sixteenBytesOfGarbage() throws Exception {
        byte[] garbage = new byte[16];
        new Random(7).nextBytes(garbage);
        garbage[0] = 0x7f;
        assertClosedBeforeAndAfterLogin(garbage);
    }

    @Test
    void aFrameOfLengthOne() throws Exception {
        assertClosedBeforeAndAfterLogin(HexFormat.of().parseHex("00000001000100000007070100000000"));
    }

    @Test
    void aFrameOfFourGigabytes() throws Exception {
        assertClosedBeforeAndAfterLogin(HexFormat.of().parseHex("ffffffff000100000007070100000000"));
    }

    @Test
    void aCommandOfServersOnly() throws Exception {
        assertClosedBeforeAndAfterLogin(
                WireClient.frame(Commands.OTHER_FILE_SERVER_IP_REQ, 1, IMFileServerIPReq.getDefaultInstance()));
    }

    @Test
    void aBodyThatDoesNotParse() throws Exception {
        assertClosedBeforeAndAfterLogin(HexFormat.of().parseHex("000000140001000000010103000100000aff0102"));
    }

    private static byte[] headerOf(int length) {
        byte[] header = WireClient.frame(
                Commands.LOGIN_REQ_USERLOGIN, 1, Client.loginRequest("alice", ClientType.CLIENT_TYPE_WINDOWS));
        ByteBuffer.wrap(header).putInt(length);
        return header;
    }

    @Test
    void aFrameBeforeLoginIsShort() throws Exception {
        stack = Stack.start(Map.of());
        IMLoginReq request = Client.loginRequest("alice", ClientType.CLIENT_TYPE_WINDOWS);
        int room = 4096 - WireClient.frame(Commands.LOGIN_REQ_USERLOGIN, 1, request).length;
        Client longest = stack.connect();
        // The length of the version takes one byte more when it is that long.
        String version = request.getClientVersion() + "x".repeat(room - 1);
        longest.wire.send(
                Commands.LOGIN_REQ_USERLOGIN,
                1,
                request.toBuilder().setClientVersion(version).build());
        assertThat(longest.wire
                        .expect(Commands.LOGIN_RES_USERLOGIN)
                        .getResultCode()
                        .getNumber())
                .isZero();
        Client tooLong = stack.connect();
        tooLong.wire.sendRaw(headerOf(4097));
        tooLong.wire.expectClosed();
        assertThat(stack.reached("frame")).isEqualTo(1);
    }

    @Test
    void aFrameAfterLoginIsLonger() throws Exception {
        stack = Stack.start(Map.of());
        Client alice = stack.desktop("alice");
        IMUsersStatReq.Builder request = IMUsersStatReq.newBuilder().setUserId(1);
        IntStream.rangeClosed(1, 20_000).forEach(request::addUserIdList);
        alice.wire.send(Commands.BUDDY_LIST_USERS_STATUS_REQUEST, 1, request.build());
        WireClient.Frame answer = alice.expectFrame(Commands.BUDDY_LIST_USERS_STATUS_RESPONSE);
        assertThat(answer.parse(Commands.BUDDY_LIST_USERS_STATUS_RESPONSE).getUserStatListCount())
                .isEqualTo(20_000);
        assertThat(answer.raw().length).isLessThan(256 * 1024);
        alice.wire.send(
                Commands.BUDDY_LIST_USERS_STATUS_REQUEST,
                1,
                request.addUserIdList(1).build());
        alice.wire.expectClosed();
    }

    @Test
    void aFrameAfterLoginIsNotLongerThan512KiB() throws Exception {
        stack = Stack.start(Map.of());
        Client alice = stack.desktop("alice");
        alice.wire.sendRaw(headerOf(512 * 1024 + 1));
        alice.wire.expectClosed();
    }

    @Test
    void whoSaysNothingBeforeLoginIsClosed() throws Exception {
        stack = Stack.start(Map.of("client.idle-before-login", "200ms"));
        Client alice = stack.desktop("alice");
        stack.connect().wire.expectClosed();
        assertThat(stack.reached("idle")).isEqualTo(1);
        alice.expectNothing();
    }

    @Test
    void heartbeatsWithoutALoginDoNotKeepAConnection() throws Exception {
        stack = Stack.start(Map.of("client.time-to-log-in", "1s"));
        Client alice = stack.desktop("alice");
        Hostile.heartbeatsUntilClosed(stack.connect().wire);
        assertThat(stack.reached("stay")).isEqualTo(1);
        alice.expectNothing();
    }

    @Test
    void aLoginByteForByteDoesNotKeepAConnection() throws Exception {
        stack = Stack.start(Map.of("client.idle-before-login", "1s", "client.max-frame-before-login", "64 KiB"));
        Client alice = stack.desktop("alice");
        Hostile.bytesUntilClosed(stack.connect().wire, alice::expectNothing);
        assertThat(stack.reached("idle")).isEqualTo(1);
        alice.expectNothing();
    }

    @Test
    void aLoginByteForByteIsTaken() throws Exception {
        stack = Stack.start(Map.of());
        Client alice = stack.connect();
        byte[] login = WireClient.frame(
                Commands.LOGIN_REQ_USERLOGIN, 1, Client.loginRequest("alice", ClientType.CLIENT_TYPE_WINDOWS));
        for (byte one : login) {
            alice.wire.sendRaw(new byte[] {one});
        }
        assertThat(alice.wire.expect(Commands.LOGIN_RES_USERLOGIN).getResultCode())
                .isEqualTo(ResultType.REFUSE_REASON_NONE);
    }

    @Test
    void whoVanishesWithoutAWordIsClosed() throws Exception {
        stack = Stack.start(Map.of("client.idle-desktop", "1s"));
        try (FaultProxy network = FaultProxy.to(stack.server.clientAddress())) {
            Client bob = stack.closing(Client.loggedIn(stack.server, "bob", ClientType.CLIENT_TYPE_IOS));
            WireClient alice = WireClient.connect(network.address());
            alice.send(Commands.LOGIN_REQ_USERLOGIN, 1, Client.loginRequest("alice", ClientType.CLIENT_TYPE_WINDOWS));
            alice.expect(Commands.LOGIN_RES_USERLOGIN);
            network.stall();
            Eventually.until("the silent one is given up", () -> stack.clientCount() == 1);
            bob.expectNothing();
            assertThat(stack.reached("idle")).isEqualTo(1);
        }
    }

    @Test
    void whoSaysNothingAfterLoginIsClosed() throws Exception {
        stack = Stack.start(Map.of("client.idle-desktop", "200ms"));
        Client mobile = stack.closing(Client.loggedIn(stack.server, "bob", ClientType.CLIENT_TYPE_IOS));
        stack.desktop("alice").wire.expectClosed();
        mobile.expectNothing();
    }

    @Test
    void thereAreOnlySoManyConnections() throws Exception {
        stack = Stack.start(Map.of("client.max-connections", "1"));
        Client alice = stack.desktop("alice");
        stack.connect().wire.expectClosed();
        assertThat(stack.reached("connections")).isEqualTo(1);
        alice.close();
        Eventually.until("there is room for the next", () -> {
            try (Client next = Client.connect(stack.server)) {
                next.wire.sendRaw(HexFormat.of().parseHex("00000010000100000007070100000000"));
                next.wire.receive();
                return true;
            } catch (IOException | AssertionError closed) {
                return false;
            }
        });
    }

    @Test
    void oneAddressHasOnlySoManyConnectionsAndAnotherIsServed() throws Exception {
        stack = Stack.start(Map.of("client.max-connections-per-address", "2"));
        Client alice = stack.desktop("alice");
        Client second = stack.connect();
        assertThat(second.login("bob", ClientType.CLIENT_TYPE_WINDOWS).getResultCode())
                .isEqualTo(ResultType.REFUSE_REASON_NONE);
        stack.connect().wire.expectClosed();
        assertThat(stack.reached("connections-per-address")).isEqualTo(1);

        Client elsewhere = stack.connectFrom("127.0.0.2");
        assertThat(elsewhere.login("carol", ClientType.CLIENT_TYPE_WINDOWS).getResultCode())
                .isEqualTo(ResultType.REFUSE_REASON_NONE);
        alice.expectNothing();
    }

    @Test
    void aFloodOfConnectionsFromOneAddressLeavesRoomForOthers() throws Exception {
        stack = Stack.start(Map.of("client.max-connections", "30", "client.max-connections-per-address", "20"));
        Client alice = stack.desktop("alice");
        for (int i = 0; i < 200; i++) {
            stack.connectFrom("127.0.0.2");
        }
        Eventually.until("the others are turned away", () -> stack.reached("connections-per-address") == 180);
        assertThat(stack.reached("connections")).isZero();

        alice.expectNothing();
        stack.desktop("bob").expectNothing();
    }

    @Test
    void onlySoManyRequestsOfAClientWait() throws Exception {
        stack = Stack.start(Map.of("client.max-requests", "2"));
        Client bob = stack.desktop("bob");
        Client alice = stack.desktop("alice");
        stack.db.mood = FakeDbProxy.Mood.SILENT;
        for (int i = 0; i < 3; i++) {
            alice.wire.sendRaw(HexFormat.of().parseHex("000000120001000000050509012c00000802"));
        }
        alice.wire.expectClosed();
        assertThat(stack.reached("requests")).isEqualTo(1);
        bob.expectNothing();
    }

    @Test
    void onlySoManyRequestsWaitForAServerAndMoreAreRefusedAtOnce() throws Exception {
        stack = Stack.start(Map.of("link.max-pending", "1"));
        Client alice = stack.desktop("alice");
        stack.db.mood = FakeDbProxy.Mood.HOLDING;
        Client bob = stack.connect();
        bob.wire.send(Commands.LOGIN_REQ_USERLOGIN, 1, Client.loginRequest("bob", ClientType.CLIENT_TYPE_WINDOWS));
        Eventually.until("one login waits", () -> stack.waitingRequests() == 1 && stack.db.holdsSomething());

        assertThat(login(stack.connect(), "carol", FakeDbProxy.password("carol"))
                        .getResultCode())
                .isEqualTo(ResultType.REFUSE_REASON_NO_DB_SERVER);
        assertThat(stack.refusedRequests()).isEqualTo(1);
        alice.expectNothing();

        stack.db.answerHeld();
        assertThat(bob.wire.expect(Commands.LOGIN_RES_USERLOGIN).getResultCode())
                .isEqualTo(ResultType.REFUSE_REASON_NONE);
        assertThat(stack.waitingRequests()).isZero();
    }

    private IMLoginRes login(Client client, String name, String password) throws IOException {
        return client.login(name, password, ClientType.CLIENT_TYPE_WINDOWS);
    }

    private void assertWelcome(Client client, String name) throws IOException {
        assertThat(login(client, name, FakeDbProxy.password(name)).getResultCode())
                .isEqualTo(ResultType.REFUSE_REASON_NONE);
    }

    @Test
    void wrongPasswordsLockThePairOfUserAndAddressAndNotTheUser() throws Exception {
        stack = Stack.start(Map.of("client.wrong-passwords.for-a-user", "2"));
        for (int i = 0; i < 2; i++) {
            IMLoginRes wrong = login(stack.connect(), "alice", "wrong");
            assertThat(wrong.getResultCode()).isEqualTo(ResultType.REFUSE_REASON_DB_VALIDATE_FAILED);
            assertThat(wrong.getResultString()).isEqualTo(FakeDbProxy.WRONG_PASSWORD);
        }
        assertThat(stack.db.logins).hasSize(2);

        Client locked = stack.connect();
        IMLoginRes refused = login(locked, "alice", FakeDbProxy.password("alice"));
        assertThat(refused.getResultCode()).isEqualTo(ResultType.REFUSE_REASON_DB_VALIDATE_FAILED);
        assertThat(refused.getResultString()).contains("too many wrong passwords", "try again in");
        locked.wire.expectClosed();
        assertThat(stack.db.logins).as("the database is not asked").hasSize(2);
        assertThat(stack.reached("logins-per-pair")).isEqualTo(1);

        assertWelcome(stack.connectFrom("127.0.0.2"), "alice");
        assertWelcome(stack.connect(), "bob");
    }

    @Test
    void wrongPasswordsForManyUsersLockTheAddressAndNobodyElse() throws Exception {
        stack = Stack.start(Map.of("client.wrong-passwords.of-an-address", "2"));
        login(stack.connect(), "alice", "wrong");
        login(stack.connect(), "bob", "wrong");

        Client locked = stack.connect();
        assertThat(login(locked, "carol", FakeDbProxy.password("carol")).getResultCode())
                .isEqualTo(ResultType.REFUSE_REASON_MSG_SERVER_FULL);
        locked.wire.expectClosed();
        assertThat(stack.reached("logins-per-address")).isEqualTo(1);

        assertWelcome(stack.connectFrom("127.0.0.2"), "carol");
    }

    @Test
    void aDatabaseThatIsAwayLocksNobodyOut() throws Exception {
        stack = Stack.start(
                Map.of("client.wrong-passwords.for-a-user", "1", "client.wrong-passwords.of-an-address", "1"));
        stack.db.mood = FakeDbProxy.Mood.WITHOUT_DATABASE;
        for (int i = 0; i < 3; i++) {
            assertThat(login(stack.connect(), "alice", FakeDbProxy.password("alice"))
                            .getResultCode())
                    .isEqualTo(ResultType.REFUSE_REASON_NO_DB_SERVER);
        }
        stack.db.mood = FakeDbProxy.Mood.WILLING;
        assertWelcome(stack.connect(), "alice");
    }

    @Test
    void whoSendsTooFastIsOnlySlowedDownAndNobodyElseIs() throws Exception {
        stack = Stack.start(Map.of("client.rate.requests", "50", "client.rate.requests-at-once", "10"));
        Client bob = stack.desktop("bob");
        Client alice = stack.desktop("alice");
        ByteBuffer many = ByteBuffer.allocate(16 * 100);
        for (int i = 0; i < 100; i++) {
            many.put(WireClient.frame(Commands.MSG_TIME_REQUEST, i, IMClientTimeReq.getDefaultInstance()));
        }
        alice.wire.sendRaw(many.array());
        for (int i = 0; i < 100; i++) {
            assertThat(alice.expectFrame(Commands.MSG_TIME_RESPONSE).seq()).isEqualTo(i);
        }
        bob.expectNothing();
        alice.expectNothing();
        assertThat(stack.reached("frames-per-second")).isPositive();
    }

    @Test
    void whileTheMemoryForBuffersIsShortNobodyIsTakenAndThenEverybodyAgain() throws Exception {
        stack = Stack.start(Map.of("client.buffers-percent", "1"));
        Client alice = stack.desktop("alice");
        List<ByteBuf> most = new ArrayList<>();
        for (long taken = 0; taken <= PlatformDependent.maxDirectMemory() / 100; taken += 1 << 20) {
            most.add(PooledByteBufAllocator.DEFAULT.directBuffer(1 << 20));
        }
        try {
            Eventually.until("nobody is taken", () -> {
                stack.connect();
                return stack.reached("memory") > 0;
            });
        } finally {
            most.forEach(ByteBuf::release);
        }
        alice.expectNothing();
        Eventually.until("there is room again", () -> {
            Client bob = stack.connect();
            try {
                assertWelcome(bob, "bob");
                return true;
            } catch (AssertionError | IOException closed) {
                return false;
            }
        });
    }

    @Test
    void whatIsUnknownIsIgnored() throws Exception {
        stack = Stack.start(Map.of());
        Client alice = stack.desktop("alice");
        alice.wire.sendRaw(HexFormat.of().parseHex("00000010000100000001099900010000"));
        alice.expectNothing();
    }
}
