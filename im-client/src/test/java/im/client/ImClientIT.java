package im.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.HostAndPort;
import im.client.Conversation.Received;
import im.netlib.LinkLostException;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.base.ClientType;
import im.proto.base.KickReasonType;
import im.proto.base.OfflineFileInfo;
import im.proto.base.ResultType;
import im.proto.base.SessionType;
import im.proto.base.TransferFileType;
import im.proto.base.UserStat;
import im.proto.base.UserStatType;
import im.proto.buddy.IMUserStatNotify;
import im.proto.buddy.IMUsersStatReq;
import im.proto.buddy.IMUsersStatRsp;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.file.IMFileNotify;
import im.proto.login.IMKickUser;
import im.proto.login.IMLoginReq;
import im.proto.message.IMMsgDataAck;
import im.proto.other.IMHeartBeat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class ImClientIT {

    @Test
    void logsInWithTheHexMd5OfThePassword() throws Exception {
        try (ScriptedServer server = ScriptedServer.start()) {
            CompletableFuture<ImClient> connecting = ImClient.connect(ScriptedBackend.options(server.address()));
            try (Conversation msg = server.accept()) {
                Received<IMLoginReq> login = msg.expectPdu(Commands.LOGIN_REQ_USERLOGIN);
                assertThat(login.seq()).isNotZero();
                assertThat(login.message().getUserName()).isEqualTo("alice");
                assertThat(login.message().getPassword()).isEqualTo("15da1f78ad7d474862865bab1aab4d51");
                assertThat(login.message().getClientType()).isEqualTo(ClientType.CLIENT_TYPE_WINDOWS);
                msg.send(Commands.LOGIN_RES_USERLOGIN, login.seq(), ScriptedBackend.welcome());
                try (ImClient client = ScriptedBackend.await(connecting)) {
                    assertThat(client.self()).isEqualTo(new User(1, "alice", "ALICE"));
                    assertThat(client.isConnected()).isTrue();
                    msg.end();
                }
            }
        }
    }

    @Test
    void logsOutWhenClosed() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start()) {
            CompletableFuture<Void> closing = CompletableFuture.runAsync(backend.client::close);
            backend.msg.expect(Commands.LOGIN_REQ_LOGINOUT);
            backend.msg.expectClosed();
            backend.msg.close();
            ScriptedBackend.await(closing);
            ScriptedBackend.await(backend.client.ended());
        }
    }

    @Test
    void tellsWhyALoginWasRefused() throws Exception {
        try (ScriptedServer server = ScriptedServer.start()) {
            CompletableFuture<ImClient> connecting = ImClient.connect(ScriptedBackend.options(server.address()));
            try (Conversation msg = server.accept()) {
                int seq = msg.expectPdu(Commands.LOGIN_REQ_USERLOGIN).seq();
                msg.send(
                        Commands.LOGIN_RES_USERLOGIN,
                        seq,
                        ScriptedBackend.refusal(ResultType.REFUSE_REASON_DB_VALIDATE_FAILED, "wrong"));
                assertThatThrownBy(() -> ScriptedBackend.await(connecting))
                        .hasCauseInstanceOf(LoginRefusedException.class)
                        .satisfies(e -> {
                            LoginRefusedException refused = (LoginRefusedException) e.getCause();
                            assertThat(refused.resultType()).isEqualTo(ResultType.REFUSE_REASON_DB_VALIDATE_FAILED);
                            assertThat(refused.resultString()).isEqualTo("wrong");
                        });
                msg.expectClosed();
            }
        }
    }

    @Test
    void failsWhenNobodyListens() throws Exception {
        HostAndPort nobody;
        try (ScriptedServer server = ScriptedServer.start()) {
            nobody = server.address();
        }
        assertThatThrownBy(() -> ScriptedBackend.await(ImClient.connect(ScriptedBackend.options(nobody))))
                .hasCauseInstanceOf(ServerUnreachableException.class)
                .hasMessageContaining("cannot connect");
    }

    @Test
    void failsWhenTheLoginIsNotAnswered() throws Exception {
        try (ScriptedServer server = ScriptedServer.start()) {
            ClientOptions hasty = ScriptedBackend.options(server.address())
                    .withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(200));
            CompletableFuture<ImClient> connecting = ImClient.connect(hasty);
            try (Conversation msg = server.accept()) {
                msg.expect(Commands.LOGIN_REQ_USERLOGIN);
                assertThatThrownBy(() -> ScriptedBackend.await(connecting))
                        .hasCauseInstanceOf(ServerUnreachableException.class);
            }
        }
    }

    @Test
    void aKickEndsTheSession() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start()) {
            backend.msg.send(
                    Commands.LOGIN_KICK_USER,
                    0,
                    IMKickUser.newBuilder()
                            .setUserId(ScriptedBackend.ALICE)
                            .setKickReason(KickReasonType.KICK_REASON_DUPLICATE_USER)
                            .build());
            assertThat(backend.events.next()).isEqualTo(KickReasonType.KICK_REASON_DUPLICATE_USER);
            assertThat(backend.events.next()).isEqualTo(ConnectionState.CLOSED);
            assertThatThrownBy(() -> ScriptedBackend.await(backend.client.ended()))
                    .hasCauseInstanceOf(KickedException.class);
            backend.msg.expectClosed();
            assertThatThrownBy(() -> ScriptedBackend.await(backend.client.users()))
                    .hasCauseInstanceOf(LinkLostException.class);
        }
    }

    @Test
    void comesBackAfterALoss() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start()) {
            CompletableFuture<List<User>> unanswered = backend.client.users();
            backend.msg.expect(Commands.BUDDY_LIST_ALL_USER_REQUEST);
            backend.msg.close();
            assertThatThrownBy(() -> ScriptedBackend.await(unanswered)).hasCauseInstanceOf(LinkLostException.class);
            assertThat(backend.events.next()).isEqualTo(ConnectionState.RECONNECTING);
            backend.msg = ScriptedBackend.acceptLogin(backend.msgServer);
            assertThat(backend.events.next()).isEqualTo(ConnectionState.CONNECTED);
            CompletableFuture<List<User>> users = backend.client.users();
            ScriptedBackend.answerUsers(backend.msg);
            assertThat(ScriptedBackend.await(users)).hasSize(2);
        }
    }

    @Test
    void keepsTryingWhileTheServerMissesSomething() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start()) {
            backend.msg.close();
            assertThat(backend.events.next()).isEqualTo(ConnectionState.RECONNECTING);
            try (Conversation half = backend.msgServer.accept()) {
                int seq = half.expectPdu(Commands.LOGIN_REQ_USERLOGIN).seq();
                half.send(
                        Commands.LOGIN_RES_USERLOGIN,
                        seq,
                        ScriptedBackend.refusal(ResultType.REFUSE_REASON_NO_DB_SERVER, ""));
                backend.msg = ScriptedBackend.acceptLogin(backend.msgServer);
            }
            assertThat(backend.events.next()).isEqualTo(ConnectionState.CONNECTED);
        }
    }

    @Test
    void aRefusedNewLoginEndsTheSession() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start()) {
            backend.msg.close();
            assertThat(backend.events.next()).isEqualTo(ConnectionState.RECONNECTING);
            backend.msg = backend.msgServer.accept();
            int seq = backend.msg.expectPdu(Commands.LOGIN_REQ_USERLOGIN).seq();
            backend.msg.send(
                    Commands.LOGIN_RES_USERLOGIN,
                    seq,
                    ScriptedBackend.refusal(ResultType.REFUSE_REASON_DB_VALIDATE_FAILED, "changed"));
            assertThat(backend.events.next()).isInstanceOf(LoginRefusedException.class);
            assertThat(backend.events.next()).isEqualTo(ConnectionState.CLOSED);
        }
    }

    @Test
    void withoutReconnectingALossIsTheEnd() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start(options -> options.withReconnect(false))) {
            backend.msg.close();
            assertThat(backend.events.next()).isEqualTo(ConnectionState.CLOSED);
            assertThatThrownBy(() -> ScriptedBackend.await(backend.client.ended()))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(LinkLostException.class);
        }
    }

    @Test
    void aRequestThatIsNotAnsweredFails() throws Exception {
        try (ScriptedBackend backend =
                ScriptedBackend.start(options -> options.withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(1)))) {
            assertThatThrownBy(() -> ScriptedBackend.await(backend.client.users()))
                    .hasMessageContaining("not answered");
            assertThat(backend.client.isConnected()).isTrue();
        }
    }

    @Test
    void sendsHeartbeatsAndTakesTheirEcho() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start(
                options -> options.withHeartbeat(Duration.ofMillis(50), Duration.ofSeconds(30)))) {
            for (int i = 0; i < 3; i++) {
                Received<?> heartbeat = backend.msg.expectPdu(Commands.OTHER_HEARTBEAT);
                backend.msg.send(Commands.OTHER_HEARTBEAT, heartbeat.seq(), IMHeartBeat.getDefaultInstance());
            }
            assertThat(backend.client.isConnected()).isTrue();
        }
    }

    @Test
    void givesUpAServerThatIsSilent() throws Exception {
        try (ScriptedBackend backend =
                ScriptedBackend.start(options -> options.withHeartbeat(Duration.ofMillis(50), Duration.ofSeconds(2)))) {
            assertThat(backend.events.next()).isEqualTo(ConnectionState.RECONNECTING);
        }
    }

    @Test
    void namesUsersAndTheirPresence() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start()) {
            CompletableFuture<List<User>> users = backend.client.users();
            ScriptedBackend.answerUsers(backend.msg);
            assertThat(ScriptedBackend.await(users))
                    .containsExactly(new User(1, "alice", "ALICE"), new User(2, "bob", "BOB"));

            CompletableFuture<Map<Integer, UserStatType>> presence = backend.client.presence(List.of(2, 3));
            Received<IMUsersStatReq> asked = backend.msg.expectPdu(Commands.BUDDY_LIST_USERS_STATUS_REQUEST);
            assertThat(asked.message().getUserIdListList()).containsExactly(2, 3);
            backend.msg.send(
                    Commands.BUDDY_LIST_USERS_STATUS_RESPONSE,
                    asked.seq(),
                    IMUsersStatRsp.newBuilder()
                            .setUserId(1)
                            .addUserStatList(stat(2, UserStatType.USER_STATUS_ONLINE))
                            .addUserStatList(stat(3, UserStatType.USER_STATUS_OFFLINE))
                            .build());
            assertThat(ScriptedBackend.await(presence))
                    .containsEntry(2, UserStatType.USER_STATUS_ONLINE)
                    .containsEntry(3, UserStatType.USER_STATUS_OFFLINE);
        }
    }

    @Test
    void tellsItsListenerOfPresenceAndOffersAndIgnoresTheRest() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start()) {
            backend.msg.send(
                    Commands.MSG_DATA_ACK,
                    0,
                    IMMsgDataAck.newBuilder()
                            .setUserId(1)
                            .setSessionId(2)
                            .setMsgId(3)
                            .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                            .build());
            backend.msg.send(
                    Commands.BUDDY_LIST_STATUS_NOTIFY,
                    0,
                    IMUserStatNotify.newBuilder()
                            .setUserStat(stat(2, UserStatType.USER_STATUS_ONLINE))
                            .build());
            backend.msg.send(
                    Commands.FILE_NOTIFY,
                    0,
                    IMFileNotify.newBuilder()
                            .setFromUserId(2)
                            .setToUserId(1)
                            .setFileName("big.bin")
                            .setFileSize(0xffff_ffff)
                            .setTaskId(ScriptedBackend.TASK)
                            .addIpAddrList(ScriptedBackend.ip(backend.fileServer.address()))
                            .setTransMode(TransferFileType.FILE_TYPE_OFFLINE)
                            .setOfflineReady(1)
                            .build());
            assertThat(backend.events.next())
                    .isEqualTo(new RecordedEvents.Presence(2, UserStatType.USER_STATUS_ONLINE));
            FileOffer offer = (FileOffer) backend.events.next();
            assertThat(offer.size()).isEqualTo(4_294_967_295L);
            assertThat(offer.asOfflineFile().asOffer(1)).isEqualTo(offer);
        }
    }

    @Test
    void looksForAStoredFileAtItsOwnAddressesFirst() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start()) {
            CompletableFuture<List<OfflineFile>> files = backend.client.offlineFiles();
            Received<IMFileHasOfflineReq> asked = backend.msg.expectPdu(Commands.FILE_HAS_OFFLINE_REQ);
            HostAndPort own = HostAndPort.fromParts("10.0.0.1", 8600);
            HostAndPort common = HostAndPort.fromParts("10.0.0.2", 8600);
            backend.msg.send(
                    Commands.FILE_HAS_OFFLINE_RES,
                    asked.seq(),
                    IMFileHasOfflineRsp.newBuilder()
                            .setUserId(1)
                            .addOfflineFileList(OfflineFileInfo.newBuilder()
                                    .setFromUserId(2)
                                    .setTaskId(ScriptedBackend.TASK)
                                    .setFileName("a.txt")
                                    .setFileSize(7)
                                    .addIpAddrList(ScriptedBackend.ip(own)))
                            .addIpAddrList(ScriptedBackend.ip(common))
                            .addIpAddrList(ScriptedBackend.ip(own))
                            .build());
            assertThat(ScriptedBackend.await(files))
                    .containsExactly(new OfflineFile(
                            2,
                            ScriptedBackend.TASK,
                            "a.txt",
                            7,
                            List.of(own, common),
                            FileDetails.NONE,
                            OptionalInt.empty()));
        }
    }

    @Test
    void refusesAnOffer() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start()) {
            CompletableFuture<Void> refused = backend.client.refuse(backend.offer("a", 1, TransferMode.ONLINE));
            try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_REALTIME_RECVER)) {
                assertThat(file.expect(Commands.FILE_STATE))
                        .isEqualTo(ScriptedBackend.state(ClientFileState.CLIENT_FILE_REFUSE, ScriptedBackend.ALICE));
                ScriptedBackend.await(refused);
                file.expectClosed();
            }
        }
    }

    private static UserStat stat(int id, UserStatType status) {
        return UserStat.newBuilder().setUserId(id).setStatus(status).build();
    }
}
