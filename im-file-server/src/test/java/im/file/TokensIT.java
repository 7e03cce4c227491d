package im.file;

import static im.file.FileServerFixture.ALICE;
import static im.file.FileServerFixture.BOB;
import static im.file.FileServerFixture.loginRequest;
import static im.proto.base.ClientFileRole.CLIENT_OFFLINE_DOWNLOAD;
import static im.proto.base.ClientFileRole.CLIENT_OFFLINE_UPLOAD;
import static im.proto.base.ClientFileRole.CLIENT_REALTIME_RECVER;
import static im.proto.base.ClientFileRole.CLIENT_REALTIME_SENDER;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import im.proto.Capabilities;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.file.IMFileLoginReq;
import im.proto.server.IMFileServerIPReq;
import im.proto.server.IMFileServerIPRsp;
import im.server.token.Grant;
import im.server.token.TokenKey;
import im.testkit.WireClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets in, and with what, at a real file-server that wants tokens. */
class TokensIT {
    private static final String NOT_FOR_THIS = "the token is not for this user and this file";

    @TempDir
    Path folder;

    private FileServerFixture server;
    private TokenKey key;

    @BeforeEach
    void start() throws IOException {
        server = new FileServerFixture(folder, "require-token=true");
        key = keyOf(server);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private static IMFileServerIPRsp identity(FileServerFixture server) throws IOException {
        server.msgServer().send(Commands.OTHER_FILE_SERVER_IP_REQ, 5, IMFileServerIPReq.getDefaultInstance());
        return server.msgServer().expect(Commands.OTHER_FILE_SERVER_IP_RSP);
    }

    private static TokenKey keyOf(FileServerFixture server) throws IOException {
        return TokenKey.of(identity(server).getTokenKey().toByteArray()).orElseThrow();
    }

    private static IMFileLoginReq.Builder login(TokenKey key, int user, String task, ClientFileRole role, Instant end) {
        byte[] token = key.sign(new Grant(task, user, role), end);
        return loginRequest(user, task, role).setToken(ByteString.copyFrom(token));
    }

    private IMFileLoginReq.Builder login(int user, String task, ClientFileRole role) {
        return login(key, user, task, role, Instant.now().plusSeconds(60));
    }

    @Test
    void whoHasTheTokenOfHisRoleGetsIn() throws IOException {
        String online = server.online(10);
        server.login(login(ALICE, online, CLIENT_REALTIME_SENDER), 0);
        server.login(login(BOB, online, CLIENT_REALTIME_RECVER), 0).expect(Commands.FILE_STATE);
        server.login(login(ALICE, server.offline(10), CLIENT_OFFLINE_UPLOAD), 0).expect(Commands.FILE_PULL_DATA_REQ);
    }

    @Test
    void withoutATokenNobodyGetsIn() throws IOException {
        assertThat(server.refusal(loginRequest(ALICE, server.online(10), CLIENT_REALTIME_SENDER)))
                .isEqualTo("this server wants a token, which older programs do not have");
        assertThat(server.refusal(loginRequest(BOB, "55db807d-8122-4c38-b478-8bd5a1bcdde5", CLIENT_OFFLINE_DOWNLOAD)))
                .contains("token");
    }

    @Test
    void anotherUsersTasksOrRolesTokenIsRefusedAndTheRoleStaysFree() throws IOException {
        String task = server.online(10);
        ByteString bobs = login(BOB, task, CLIENT_REALTIME_RECVER).getToken();
        assertThat(server.refusal(login(ALICE, task, CLIENT_REALTIME_SENDER).setToken(bobs)))
                .isEqualTo(NOT_FOR_THIS);
        assertThat(server.refusal(login(ALICE, task, CLIENT_REALTIME_SENDER).setTaskId(server.online(10))))
                .isEqualTo(NOT_FOR_THIS);
        assertThat(server.refusal(login(ALICE, task, CLIENT_OFFLINE_UPLOAD).setFileRole(CLIENT_REALTIME_SENDER)))
                .isEqualTo("the token is for another role");

        server.login(login(ALICE, task, CLIENT_REALTIME_SENDER), 0);
    }

    @Test
    void aTokenThatHasExpiredIsForgedOrCutIsRefused() throws IOException {
        String task = server.online(10);
        Instant past = Instant.now().minusSeconds(1);
        assertThat(server.refusal(login(key, ALICE, task, CLIENT_REALTIME_SENDER, past)))
                .isEqualTo("the token has expired: ask for the file again");
        Instant future = past.plusSeconds(60);
        assertThat(server.refusal(login(TokenKey.random(), ALICE, task, CLIENT_REALTIME_SENDER, future)))
                .isEqualTo(NOT_FOR_THIS);
        IMFileLoginReq.Builder good = login(ALICE, task, CLIENT_REALTIME_SENDER);
        assertThat(server.refusal(good.clone().setToken(good.getToken().substring(0, 20))))
                .isEqualTo("this is not a token that this server knows");
        assertThat(server.refusal(good.clone().setToken(ByteString.EMPTY)))
                .isEqualTo("this is not a token that this server knows");
        assertThat(server.refusal(good.clone().setUserId(BOB))).isEqualTo(NOT_FOR_THIS);

        server.login(good, 0);
    }

    /** The token says who may; the task still decides whether. */
    @Test
    void aGoodTokenIsOfNoUseForARoleThatIsTaken() throws IOException {
        String task = server.online(10);
        server.login(login(ALICE, task, CLIENT_REALTIME_SENDER), 0);

        assertThat(server.refusal(login(ALICE, task, CLIENT_REALTIME_SENDER)))
                .isEqualTo("not in that role, or not now");
    }

    @Test
    void serversOfOneFolderShareTheKeyAndARestartKeepsIt() throws IOException {
        server.close();
        server = new FileServerFixture(folder);

        assertThat(keyOf(server).bytes()).isEqualTo(key.bytes());
    }

    @Test
    void whereTokensAreNotRequiredABadOneIsRefusedAllTheSame() throws IOException {
        server.close();
        server = new FileServerFixture(folder);
        String task = server.online(10);

        assertThat(server.refusal(
                        loginRequest(ALICE, task, CLIENT_REALTIME_SENDER).setToken(ByteString.copyFrom(new byte[42]))))
                .isNotEmpty();
        server.login(loginRequest(ALICE, task, CLIENT_REALTIME_SENDER), 0);
    }

    @Test
    void aDownloadBeginsWithTheChecksumForProgramsOfOurs() throws IOException {
        server.close();
        server = new FileServerFixture(folder);
        byte[] content = {1, 2, 3};
        WireClient bob = server.connect();
        bob.send(
                Commands.FILE_LOGIN_REQ,
                1,
                loginRequest(BOB, server.stored(content), CLIENT_OFFLINE_DOWNLOAD)
                        .setCapabilities(Capabilities.LARGE_FILES)
                        .build());
        assertThat(bob.expect(Commands.FILE_LOGIN_RES).getSha256().toByteArray())
                .isEqualTo(Hashing.sha256().hashBytes(content).asBytes());
    }

    @Test
    void aFileServerSaysThatItTakesLargeFiles() throws IOException {
        assertThat(Capabilities.has(identity(server).getCapabilities(), Capabilities.LARGE_FILES))
                .isTrue();
    }
}
