package im.file;

import static im.file.FileServerFixture.ALICE;
import static im.file.FileServerFixture.BOB;
import static im.file.FileServerFixture.block;
import static im.file.FileServerFixture.loginRequest;
import static im.file.FileServerFixture.pull;
import static im.file.FileServerFixture.state;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import im.proto.Command;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.testkit.Eventually;
import im.testkit.WireClient;
import im.testkit.fuzz.FuzzCases;
import im.testkit.fuzz.FuzzedFrames;
import im.testkit.fuzz.HostileClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients whose transfers begin well and go wrong: who behaves notices nothing, and nothing of them stays behind. */
class FuzzedSessionsIT {
    /** After so many of them somebody looks whether the server is well. */
    private static final int SESSIONS = 25;

    private static final byte[] CONTENT = new byte[70_000];
    private static final int BLOCK = 32 << 10;

    static {
        new Random(1).nextBytes(CONTENT);
    }

    private record Step(Command<?> command, Message message) {}

    @TempDir
    Path folder;

    private final List<HostileClient> hostile = new ArrayList<>();
    private FileServerFixture server;
    private String stored;

    @BeforeEach
    void start() throws Exception {
        server = new FileServerFixture(folder, "transfer.done-grace=100ms");
        stored = server.stored(CONTENT);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private static List<Step> script(ClientFileRole role, String task) {
        int user = role == ClientFileRole.CLIENT_REALTIME_SENDER || role == ClientFileRole.CLIENT_OFFLINE_UPLOAD
                ? ALICE
                : BOB;
        List<Step> steps = new ArrayList<>();
        steps.add(
                new Step(Commands.FILE_LOGIN_REQ, loginRequest(user, task, role).build()));
        for (int offset = 0; offset < CONTENT.length; offset += BLOCK) {
            int length = Math.min(BLOCK, CONTENT.length - offset);
            steps.add(
                    user == ALICE
                            ? new Step(
                                    Commands.FILE_PULL_DATA_RSP,
                                    block(task, user, offset, ByteString.copyFrom(CONTENT, offset, length)))
                            : new Step(Commands.FILE_PULL_DATA_REQ, pull(task, offset, length)));
        }
        steps.add(new Step(Commands.FILE_STATE, state(task, user, ClientFileState.CLIENT_FILE_DONE)));
        return steps;
    }

    /** A transfer of one or both sides, with other frames in between and in the place of some. */
    private void goesWrong(Random random) throws Exception {
        boolean online = random.nextBoolean();
        boolean upload = random.nextBoolean();
        String task = online ? server.online(CONTENT.length) : upload ? server.offline(CONTENT.length) : stored;
        List<ClientFileRole> roles = online
                ? List.of(ClientFileRole.CLIENT_REALTIME_SENDER, ClientFileRole.CLIENT_REALTIME_RECVER)
                : List.of(upload ? ClientFileRole.CLIENT_OFFLINE_UPLOAD : ClientFileRole.CLIENT_OFFLINE_DOWNLOAD);
        List<HostileClient> clients = new ArrayList<>();
        List<List<Step>> scripts = new ArrayList<>();
        for (ClientFileRole role : roles) {
            clients.add(HostileClient.connect(server.server().clientAddresses().get(0), random));
            scripts.add(script(role, task));
        }
        hostile.addAll(clients);
        FuzzedFrames frames = new FuzzedFrames(random);
        for (int i = 0; i < scripts.get(0).size(); i++) {
            for (int side = 0; side < clients.size(); side++) {
                Step step = scripts.get(side).get(i);
                boolean wrong = random.nextInt(i == 0 ? 8 : 3) == 0;
                clients.get(side)
                        .send(
                                wrong
                                        ? frames.mutated(step.command(), step.message())
                                        : frames.valid(step.command(), step.message()));
                if (random.nextInt(10) == 0) {
                    clients.get(side).send(frames.any());
                }
            }
        }
        for (HostileClient client : clients) {
            client.leave();
        }
    }

    private void relays(WireClient alice, WireClient bob, String task) throws Exception {
        for (int offset = 0; offset < CONTENT.length; offset += BLOCK) {
            int length = Math.min(BLOCK, CONTENT.length - offset);
            ByteString data = ByteString.copyFrom(CONTENT, offset, length);
            bob.send(Commands.FILE_PULL_DATA_REQ, 5, pull(task, offset, length));
            assertThat(alice.expect(Commands.FILE_PULL_DATA_REQ).getOffset()).isEqualTo(offset);
            alice.send(Commands.FILE_PULL_DATA_RSP, 5, block(task, ALICE, offset, data));
            assertThat(bob.expect(Commands.FILE_PULL_DATA_RSP).getFileData()).isEqualTo(data);
        }
        assertThat(bob.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        assertThat(alice.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        bob.expectClosed();
        alice.expectClosed();
    }

    private void keepsAndGivesBack() throws Exception {
        String task = server.stored(CONTENT);
        WireClient bob = server.downloader(task);
        for (int offset = 0; offset < CONTENT.length; offset += BLOCK) {
            int length = Math.min(BLOCK, CONTENT.length - offset);
            bob.send(Commands.FILE_PULL_DATA_REQ, 5, pull(task, offset, length));
            assertThat(bob.expect(Commands.FILE_PULL_DATA_RSP).getFileData())
                    .isEqualTo(ByteString.copyFrom(CONTENT, offset, length));
        }
        assertThat(bob.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        bob.expectClosed();
    }

    private void sendEverybodyAway() throws Exception {
        for (HostileClient client : hostile) {
            client.close();
        }
        hostile.clear();
    }

    @Test
    void whateverClientsSendNobodyElseNoticesAndNothingStaysBehind() throws Exception {
        server.disconnectClients();
        Eventually.until("the first upload has ended", () -> server.clientCount() == 0);
        FuzzCases.runAgainstServers(16, (random, number) -> {
            String task = server.online(CONTENT.length);
            WireClient alice = server.sender(task);
            WireClient bob = server.receiver(task);
            bob.expect(Commands.FILE_STATE);
            for (int i = 0; i < SESSIONS; i++) {
                goesWrong(random);
            }
            relays(alice, bob, task);
            sendEverybodyAway();
            keepsAndGivesBack();
            server.disconnectClients();
        });
        Eventually.until("all connections have ended", () -> server.clientCount() == 0);
    }
}
