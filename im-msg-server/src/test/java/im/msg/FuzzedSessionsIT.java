package im.msg;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import im.msg.domain.NewMessage;
import im.msg.wire.DatabaseRequest;
import im.proto.Command;
import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.MsgType;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.message.IMMsgData;
import im.testkit.Eventually;
import im.testkit.WireClient;
import im.testkit.fuzz.FuzzCases;
import im.testkit.fuzz.FuzzedFrames;
import im.testkit.fuzz.HostileClient;
import im.testkit.fuzz.RandomMessages;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients whose sessions begin well and go wrong: who behaves notices nothing, and nothing of them stays behind. */
class FuzzedSessionsIT {
    /** After so many of them somebody looks whether the server is well. */
    private static final int SESSIONS = 25;

    private static final int MOST_REQUESTS = 12;
    private static final int ALICE = 1;
    private static final int BOB = 2;
    private static final int CAROL = 3;
    private static final List<Command<?>> OF_CLIENTS =
            Commands.CATALOGUE.commands().stream().filter(Command::fromClient).toList();

    private final List<HostileClient> hostile = new ArrayList<>();
    private Stack stack;

    @BeforeEach
    void start() throws Exception {
        stack = Stack.start(Map.of(
                "link.call-timeout",
                "1s",
                "client.wrong-passwords.for-a-user",
                "1000000",
                "client.wrong-passwords.of-an-address",
                "1000000"));
        DatabaseRequest.ALL.forEach(
                kind -> stack.db.answers.put(kind.answer().commandId(), Samples.of(kind.answerType())));
    }

    @AfterEach
    void stop() throws Exception {
        stack.close();
    }

    private static IMMsgData text(int to, MsgType type, String text, ByteString name) {
        return IMMsgData.newBuilder()
                .setFromUserId(0)
                .setToSessionId(to)
                .setMsgId(0)
                .setCreateTime(0)
                .setMsgType(type)
                .setMsgData(ByteString.copyFromUtf8(text))
                .setClientMsgId(name)
                .build();
    }

    private static byte[] request(Random random, FuzzedFrames frames) {
        int to = 1 + random.nextInt(3);
        ByteString name = ByteString.copyFrom(new byte[] {(byte) random.nextInt(), 1});
        Command<?> command;
        Message message;
        switch (random.nextInt(5)) {
            case 0 -> {
                command = Commands.FILE_REQUEST;
                message = Client.fileRequest(
                        to,
                        "f.bin",
                        random.nextBoolean() ? TransferFileType.FILE_TYPE_ONLINE : TransferFileType.FILE_TYPE_OFFLINE);
            }
            case 1 -> {
                command = Commands.MSG_DATA;
                int most = NewMessage.MAX_DATA;
                String said = random.nextInt(20) == 0 ? "x".repeat(most + random.nextInt(2)) : "hello";
                message = text(to, MsgType.MSG_TYPE_SINGLE_TEXT, said, name);
            }
            case 2 -> {
                command = Commands.MSG_DATA;
                message = text(FakeMessages.GROUP, MsgType.MSG_TYPE_GROUP_TEXT, "hello", name);
            }
            default -> {
                command = OF_CLIENTS.get(random.nextInt(OF_CLIENTS.size()));
                message = new RandomMessages(random).of(command);
            }
        }
        return random.nextInt(3) == 0 ? frames.mutated(command, message) : frames.valid(command, message);
    }

    private void goesWrong(Random random) throws Exception {
        FuzzedFrames frames = new FuzzedFrames(random);
        HostileClient carol = HostileClient.connect(
                new InetSocketAddress("127.0.0.1", stack.server.clientAddress().getPort()), random);
        hostile.add(carol);
        Message login = Client.loginRequest(
                "carol", random.nextBoolean() ? ClientType.CLIENT_TYPE_WINDOWS : ClientType.CLIENT_TYPE_ANDROID);
        if (random.nextInt(8) == 0) {
            carol.send(frames.mutated(Commands.LOGIN_REQ_USERLOGIN, login));
        } else {
            carol.send(frames.valid(Commands.LOGIN_REQ_USERLOGIN, login));
            if (random.nextInt(8) > 0) {
                // What comes before the answer is not allowed.
                carol.awaitAnswer();
            }
        }
        for (int count = random.nextInt(MOST_REQUESTS); count > 0; count--) {
            carol.send(random.nextInt(10) == 0 ? frames.any() : request(random, frames));
        }
        carol.leave();
    }

    /** A message and a file go through, between two whom others have sent all kinds of things meanwhile. */
    private void talk(Client alice, Client bob, int number) throws Exception {
        ByteString name = ByteString.copyFromUtf8("healthy " + number);
        alice.wire.send(Commands.MSG_DATA, 4711, text(BOB, MsgType.MSG_TYPE_SINGLE_TEXT, "healthy " + number, name));
        expect(alice, ALICE, Commands.MSG_DATA_ACK, "session_id: 2");
        expect(bob, BOB, Commands.MSG_DATA, "healthy " + number);
        alice.wire.send(
                Commands.FILE_REQUEST,
                4712,
                Client.fileRequest(BOB, "healthy" + number, TransferFileType.FILE_TYPE_ONLINE));
        expect(alice, ALICE, Commands.FILE_RESPONSE, "result_code: 0");
        expect(bob, BOB, Commands.FILE_NOTIFY, "healthy" + number);
    }

    private static void expect(Client client, int user, Command<?> command, String text) throws Exception {
        WireClient.Frame frame = client.wire.receive();
        assertIsOfWhoSentIt(frame, user);
        while (frame.commandId() != command.commandId()
                || !frame.parse(command).toString().contains(text)) {
            frame = client.wire.receive();
            assertIsOfWhoSentIt(frame, user);
        }
    }

    /** Whatever reaches others says whom it is of, and only reaches those whom it is for. */
    private static void assertIsOfWhoSentIt(WireClient.Frame frame, int receiver) {
        Command<?> command = Commands.CATALOGUE.find(frame.commandId()).orElseThrow();
        Message message = (Message) frame.parse(command);
        int sender = message.toString().contains("healthy") ? ALICE : CAROL;
        for (String field : List.of("from_user_id", "changed_user_id")) {
            FieldDescriptor of = message.getDescriptorForType().findFieldByName(field);
            if (of != null) {
                assertThat(message.getField(of)).as("%s of %s", field, command).isEqualTo(sender);
            }
        }
        if (message instanceof IMMsgData data) {
            boolean single = data.getMsgType() == MsgType.MSG_TYPE_SINGLE_TEXT
                    || data.getMsgType() == MsgType.MSG_TYPE_SINGLE_AUDIO;
            boolean isFor = single ? data.getToSessionId() == receiver : FakeMessages.MEMBERS.contains(receiver);
            assertThat(isFor).as("%s for %d", data, receiver).isTrue();
        }
    }

    /** Nobody asks the database as somebody else, and nothing too long is stored. */
    private void assertAsksAsCarol() {
        List<MessageLite> asked = new ArrayList<>();
        stack.db.asked.drainTo(asked);
        for (MessageLite each : asked) {
            boolean ofLogin = each instanceof IMFileHasOfflineReq;
            Message request = (Message) each;
            // Who deletes a file is its receiver, and says of whom it is.
            Object user = each instanceof IMFileDelOfflineReq deletion
                    ? deletion.getToUserId()
                    : request.getField(request.getDescriptorForType().findFieldByNumber(1));
            assertThat(ofLogin || user.equals(CAROL)).as("%s", request).isTrue();
        }
        List<IMMsgData> messages = new ArrayList<>();
        stack.db.messages.asked.drainTo(messages);
        for (IMMsgData message : messages) {
            boolean healthy = message.getMsgData().toStringUtf8().startsWith("healthy");
            assertThat(message.getFromUserId()).isEqualTo(healthy ? ALICE : CAROL);
            assertThat(message.getMsgData().size()).isLessThanOrEqualTo(NewMessage.MAX_DATA);
        }
        stack.db.logins.clear();
    }

    @Test
    void whateverClientsSendNobodyElseNoticesAndNothingStaysBehind() throws Exception {
        FuzzCases.runAgainstServers(24, (random, number) -> {
            try (Client alice = Client.loggedIn(stack.server, "alice", ClientType.CLIENT_TYPE_WINDOWS);
                    Client bob = Client.loggedIn(stack.server, "bob", ClientType.CLIENT_TYPE_WINDOWS)) {
                for (int i = 0; i < SESSIONS; i++) {
                    goesWrong(random);
                }
                talk(alice, bob, number);
            }
            assertAsksAsCarol();
            for (HostileClient client : hostile) {
                client.close();
            }
            hostile.clear();
        });
        Eventually.until("all clients are gone", () -> stack.clientCount() == 0);
        assertThat(stack.server.isUsable()).isTrue();
    }
}
