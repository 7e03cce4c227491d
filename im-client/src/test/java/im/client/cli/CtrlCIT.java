package im.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.Conversation;
import im.client.Conversation.Received;
import im.client.ScriptedServer;
import im.proto.Commands;
import im.proto.base.ClientFileState;
import im.proto.base.IpAddr;
import im.proto.base.ResultType;
import im.proto.base.TransferFileType;
import im.proto.base.UserInfo;
import im.proto.buddy.IMAllUserRsp;
import im.proto.file.IMFileLoginRsp;
import im.proto.file.IMFileReq;
import im.proto.file.IMFileRsp;
import im.proto.login.IMLoginReq;
import im.proto.login.IMLoginRes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line as a process of its own that is told to stop. */
class CtrlCIT {
    private static final String TASK = "55db807d-8122-4c38-b478-8bd5a1bdcde5";
    private static final int STOPPED_BY_SIGTERM = 143;

    @TempDir
    private Path folder;

    @Test
    void stoppingTheProcessCancelsOnTheWire() throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), "abc");
        try (ScriptedServer msgServer = ScriptedServer.start();
                ScriptedServer fileServer = ScriptedServer.start()) {
            Process process = send(file, msgServer);
            try {
                stopInTheMiddle(process, msgServer, fileServer);
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static void stopInTheMiddle(Process process, ScriptedServer msgServer, ScriptedServer fileServer)
            throws Exception {
        try (Conversation msg = msgServer.accept()) {
            login(msg);
            answerFileRequest(msg, fileServer);
            try (Conversation task = fileServer.accept()) {
                task.send(
                        Commands.FILE_LOGIN_RES,
                        task.expectPdu(Commands.FILE_LOGIN_REQ).seq(),
                        IMFileLoginRsp.newBuilder()
                                .setResultCode(0)
                                .setTaskId(TASK)
                                .build());
                assertThat(process.inputReader().readLine()).isEqualTo("sending a.txt to 2, who is online");
                // Not the process itself: that would close its output, too.
                process.toHandle().destroy();
                assertThat(task.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_CANCEL);
                task.expectClosed();
            }
            msg.expect(Commands.LOGIN_REQ_LOGINOUT);
        }
        assertThat(process.errorReader().readLine()).isEqualTo("not sent: a.txt: cancelled");
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(STOPPED_BY_SIGTERM);
    }

    private static Process send(Path file, ScriptedServer msgServer) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dlogback.configurationFile=im-cli-logback.xml",
                Main.class.getName(),
                "send",
                "--server",
                msgServer.address().toString(),
                "--as",
                "alice",
                "--to",
                "2",
                file.toString());
        builder.environment().put(Password.ENVIRONMENT_VARIABLE, "alicepw");
        builder.environment().remove("IM_LOG_LEVEL");
        return builder.start();
    }

    private static void login(Conversation msg) throws IOException {
        Received<IMLoginReq> login = msg.expectPdu(Commands.LOGIN_REQ_USERLOGIN);
        assertThat(login.message().getPassword()).isEqualTo("15da1f78ad7d474862865bab1aab4d51");
        msg.send(
                Commands.LOGIN_RES_USERLOGIN,
                login.seq(),
                IMLoginRes.newBuilder()
                        .setServerTime(1)
                        .setResultCode(ResultType.REFUSE_REASON_NONE)
                        .setUserInfo(UserInfo.newBuilder()
                                .setUserId(1)
                                .setUserGender(1)
                                .setUserNickName("alice")
                                .setAvatarUrl("")
                                .setDepartmentId(1)
                                .setEmail("")
                                .setUserRealName("")
                                .setUserTel("")
                                .setUserDomain("alice")
                                .setStatus(0))
                        .build());
        msg.send(
                Commands.BUDDY_LIST_ALL_USER_RESPONSE,
                msg.expectPdu(Commands.BUDDY_LIST_ALL_USER_REQUEST).seq(),
                IMAllUserRsp.newBuilder().setUserId(1).setLatestUpdateTime(0).build());
    }

    private static void answerFileRequest(Conversation msg, ScriptedServer fileServer) throws IOException {
        Received<IMFileReq> request = msg.expectPdu(Commands.FILE_REQUEST);
        msg.send(
                Commands.FILE_RESPONSE,
                request.seq(),
                IMFileRsp.newBuilder()
                        .setResultCode(0)
                        .setFromUserId(1)
                        .setToUserId(2)
                        .setFileName("a.txt")
                        .setTaskId(TASK)
                        .addIpAddrList(IpAddr.newBuilder()
                                .setIp(fileServer.address().getHost())
                                .setPort(fileServer.address().getPort()))
                        .setTransMode(TransferFileType.FILE_TYPE_ONLINE)
                        .build());
    }
}
