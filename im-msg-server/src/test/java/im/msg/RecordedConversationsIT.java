package im.msg;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import im.proto.Command;
import im.proto.Commands;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.file.IMFileRsp;
import im.proto.login.IMLoginRes;
import im.proto.message.IMClientTimeRsp;
import im.proto.message.IMMsgData;
import im.testkit.Vectors;
import im.testkit.WireClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The clients' part of conversations with the reference servers, played to this server. Its answers are the recorded ones, byte
 * for byte, but for the time and what the recording servers did wrong.
 */
class RecordedConversationsIT {
    private static final int NEWS = Commands.BUDDY_LIST_STATUS_NOTIFY.commandId();

    private final Map<String, WireClient> clients = new HashMap<>();

    /** News about who is online that came while something else was awaited, in hex: they may come at any time. */
    private final Map<String, List<String>> news = new HashMap<>();

    private final Set<String> kicked = new HashSet<>();
    private Stack stack;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "login",
                "online",
                "online_refuse_by_receiver",
                "online_cancel_by_sender",
                "offline",
                "offline_1byte",
                "message"
            })
    void replay(String name) throws Exception {
        FakeFileServer files = new FakeFileServer("127.0.0.1", 18600, "");
        stack = Stack.start(Map.of("client.kick-grace", "1m"), files);
        try {
            List<Vectors.Step> steps = Vectors.load(name);
            for (int i = 0; i < steps.size(); i++) {
                if (steps.get(i) instanceof Vectors.Note note) {
                    play(note);
                } else if (steps.get(i) instanceof Vectors.Recorded pdu
                        && pdu.to().equals("msg")) {
                    prepareServersBehind(pdu, steps.subList(i, steps.size()));
                    clients.get(pdu.from()).sendRaw(pdu.bytes());
                } else if (steps.get(i) instanceof Vectors.Recorded pdu
                        && pdu.from().equals("msg")) {
                    expect(pdu);
                }
            }
        } finally {
            for (WireClient client : clients.values()) {
                client.close();
            }
            stack.close();
        }
    }

    private void play(Vectors.Note note) throws IOException {
        String[] words = note.text().split(" ");
        if (note.text().contains(" connects to msg:")) {
            clients.put(words[0], WireClient.connect(stack.server.clientAddress()));
            news.put(words[0], new ArrayList<>());
        } else if (note.text().startsWith("msg closed connection of ")) {
            clients.get(words[4]).expectClosed();
        } else if (note.text().endsWith(" closes its connection to msg")) {
            clients.get(words[0]).close();
        }
    }

    /** What was recorded between the servers has other ids than what was recorded at the clients, so it is taken from there. */
    private void prepareServersBehind(Vectors.Recorded request, List<Vectors.Step> rest) {
        if (request.commandId() == Commands.FILE_REQUEST.commandId()) {
            IMFileRsp answer = answer(rest, Commands.FILE_RESPONSE);
            stack.files.get(0).taskIds = answer::getTaskId;
        } else if (request.commandId() == Commands.FILE_HAS_OFFLINE_REQ.commandId()) {
            stack.db.waiting = answer(rest, Commands.FILE_HAS_OFFLINE_RES).getOfflineFileListList();
        } else if (request.commandId() == Commands.MSG_DATA.commandId()) {
            IMMsgData pushed = answer(rest.subList(1, rest.size()), Commands.MSG_DATA);
            stack.db.messages.lastIdAtFirst = pushed.getMsgId() - 1;
            stack.db.messages.created = pushed.getCreateTime();
        }
    }

    private static <M extends MessageLite> M answer(List<Vectors.Step> steps, Command<M> command) {
        return steps.stream()
                .filter(step -> step instanceof Vectors.Recorded pdu && pdu.commandId() == command.commandId())
                .map(step -> parse((Vectors.Recorded) step, command))
                .findFirst()
                .orElseThrow();
    }

    private static <M extends MessageLite> M parse(Vectors.Recorded pdu, Command<M> command) {
        try {
            return command.parser()
                    .parseFrom(
                            pdu.bytes(),
                            WireClient.Frame.HEADER_LENGTH,
                            pdu.bytes().length - WireClient.Frame.HEADER_LENGTH);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void expect(Vectors.Recorded recorded) throws IOException {
        String client = recorded.to();
        if (recorded.commandId() == NEWS) {
            // The recording server had news for clients that it had kicked.
            if (!kicked.contains(client)) {
                expectNews(client, hex(recorded.bytes()));
            }
            return;
        }
        WireClient.Frame frame = receive(client);
        while (frame.commandId() == NEWS) {
            news.get(client).add(hex(frame.raw()));
            frame = receive(client);
        }
        if (frame.commandId() == Commands.LOGIN_KICK_USER.commandId()) {
            kicked.add(client);
        }
        assertThat(hex(frame.raw())).as(recorded.toString()).isEqualTo(hex(shouldBe(recorded, frame)));
    }

    private void expectNews(String client, String recorded) throws IOException {
        while (!news.get(client).remove(recorded)) {
            WireClient.Frame frame = receive(client);
            frame.parse(Commands.BUDDY_LIST_STATUS_NOTIFY);
            news.get(client).add(hex(frame.raw()));
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private WireClient.Frame receive(String client) throws IOException {
        return clients.get(client).receive();
    }

    /** The recorded bytes, with the time of today and without attach_data, which is nobody's business but the servers'. */
    private static byte[] shouldBe(Vectors.Recorded recorded, WireClient.Frame ours) {
        if (recorded.commandId() == Commands.LOGIN_RES_USERLOGIN.commandId()) {
            IMLoginRes was = parse(recorded, Commands.LOGIN_RES_USERLOGIN);
            int now = ours.parse(Commands.LOGIN_RES_USERLOGIN).getServerTime();
            return WireClient.frame(
                    Commands.LOGIN_RES_USERLOGIN,
                    recorded.seq(),
                    was.toBuilder().setServerTime(now).build());
        }
        if (recorded.commandId() == Commands.MSG_TIME_RESPONSE.commandId()) {
            IMClientTimeRsp now = ours.parse(Commands.MSG_TIME_RESPONSE);
            return WireClient.frame(Commands.MSG_TIME_RESPONSE, recorded.seq(), now);
        }
        if (recorded.commandId() == Commands.FILE_HAS_OFFLINE_RES.commandId()) {
            IMFileHasOfflineRsp was = parse(recorded, Commands.FILE_HAS_OFFLINE_RES);
            return WireClient.frame(
                    Commands.FILE_HAS_OFFLINE_RES,
                    recorded.seq(),
                    was.toBuilder().clearAttachData().build());
        }
        return recorded.bytes();
    }
}
