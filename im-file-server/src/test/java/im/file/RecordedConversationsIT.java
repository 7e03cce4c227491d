package im.file;

import static org.assertj.core.api.Assertions.assertThat;

import im.proto.Commands;
import im.proto.file.IMFileReq;
import im.testkit.Vectors;
import im.testkit.Vectors.Note;
import im.testkit.Vectors.Recorded;
import im.testkit.Vectors.Step;
import im.testkit.WireClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What real clients said to a reference file-server is said to ours, and ours has to answer with the same bytes: everything but
 * the task id is determined.
 */
class RecordedConversationsIT {
    private static final Pattern FILE_CLIENT_NOTE =
            Pattern.compile("(?:file closed connection of (f\\w+) .*|(f\\w+) closes its connection.*)");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {"online", "online_cancel_by_sender", "online_refuse_by_receiver", "offline", "offline_1byte"})
    void isAnsweredByteForByte(String recording) throws Exception {
        List<Step> steps = Vectors.load(recording);
        Map<String, WireClient> clients = new HashMap<>();
        try (FileServerFixture server = new FileServerFixture(folder, "transfer.upload-window=1")) {
            TaskIds ids = new TaskIds(recordedTaskId(steps), createdTaskId(server, steps));
            for (Step step : steps) {
                if (step instanceof Recorded pdu && pdu.to().equals("file")) {
                    if (!clients.containsKey(pdu.from())) {
                        clients.put(pdu.from(), server.connect());
                    }
                    clients.get(pdu.from()).sendRaw(ids.translate(pdu.bytes()));
                } else if (step instanceof Recorded pdu && pdu.from().equals("file")) {
                    assertThat(clients.get(pdu.to()).receive().raw())
                            .as(pdu.toString())
                            .isEqualTo(ids.translate(pdu.bytes()));
                } else if (step instanceof Note note) {
                    closings(note, clients);
                }
            }
        }
    }

    private static void closings(Note note, Map<String, WireClient> clients) throws Exception {
        Matcher matcher = FILE_CLIENT_NOTE.matcher(note.text());
        if (matcher.matches() && matcher.group(1) != null) {
            clients.get(matcher.group(1)).expectClosed();
        } else if (matcher.matches()) {
            clients.get(matcher.group(2)).close();
        }
    }

    private static String recordedTaskId(List<Step> steps) throws Exception {
        Recorded login = first(steps, Commands.FILE_LOGIN_REQ.commandId());
        return Commands.FILE_LOGIN_REQ.parser().parseFrom(body(login)).getTaskId();
    }

    private static String createdTaskId(FileServerFixture server, List<Step> steps) throws Exception {
        IMFileReq request =
                Commands.FILE_REQUEST.parser().parseFrom(body(first(steps, Commands.FILE_REQUEST.commandId())));
        return server.task(request.getTransMode(), request.getFileName(), request.getFileSize());
    }

    private static Recorded first(List<Step> steps, int commandId) {
        return steps.stream()
                .filter(Recorded.class::isInstance)
                .map(Recorded.class::cast)
                .filter(pdu -> pdu.commandId() == commandId)
                .findFirst()
                .orElseThrow();
    }

    private static byte[] body(Recorded pdu) {
        return Arrays.copyOfRange(pdu.bytes(), WireClient.Frame.HEADER_LENGTH, pdu.bytes().length);
    }

    /** Task ids are random, and all of the same length. */
    private record TaskIds(String recorded, String ours) {
        byte[] translate(byte[] pdu) {
            return new String(pdu, StandardCharsets.ISO_8859_1)
                    .replace(recorded, ours)
                    .getBytes(StandardCharsets.ISO_8859_1);
        }
    }
}
