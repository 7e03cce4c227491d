package im.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.Conversation;
import im.client.ScriptedBackend;
import im.client.ScriptedServer;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.base.OfflineFileInfo;
import im.proto.file.IMFileHasOfflineRsp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where no locale says UTF-8, as in a job of cron, files cannot have every name. */
@EnabledOnOs(OS.LINUX)
class PlainLocaleIT {
    @TempDir
    private Path folder;

    @Test
    void aFileComesUnderTheNameThatItCanHave() throws Exception {
        try (ScriptedServer msgServer = ScriptedServer.start();
                ScriptedServer fileServer = ScriptedServer.start()) {
            Process process = ImProcess.start(msgServer, Map.of("LC_ALL", "C"), "receive", "--into", folder.toString());
            try (Conversation msg = ScriptedBackend.acceptLogin(msgServer)) {
                ScriptedBackend.answerUsers(msg);
                IMFileHasOfflineRsp.Builder waiting = IMFileHasOfflineRsp.newBuilder()
                        .setUserId(ScriptedBackend.ALICE)
                        .addIpAddrList(ScriptedBackend.ip(fileServer.address()))
                        .addOfflineFileList(OfflineFileInfo.newBuilder()
                                .setFromUserId(ScriptedBackend.BOB)
                                .setTaskId(ScriptedBackend.TASK)
                                .setFileName("\u00fcber.txt")
                                .setFileSize(0));
                answer(msg, waiting.build());
                try (Conversation task = ScriptedBackend.acceptIntoTask(
                        fileServer, ClientFileRole.CLIENT_OFFLINE_DOWNLOAD, ScriptedBackend.OK)) {
                    task.send(
                            Commands.FILE_STATE,
                            0,
                            ScriptedBackend.state(ClientFileState.CLIENT_FILE_DONE, ScriptedBackend.BOB));
                    msg.expect(Commands.FILE_DEL_OFFLINE_REQ);
                }
                answer(msg, waiting.clearOfflineFileList().build());
                msg.expect(Commands.LOGIN_REQ_LOGINOUT);
            } finally {
                assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
                process.destroyForcibly();
            }
            assertThat(process.exitValue()).isZero();
        }
        assertThat(folder.resolve("_ber.txt")).isEmptyFile();
    }

    private static void answer(Conversation msg, IMFileHasOfflineRsp waiting) throws IOException {
        msg.send(
                Commands.FILE_HAS_OFFLINE_RES,
                msg.expectPdu(Commands.FILE_HAS_OFFLINE_REQ).seq(),
                waiting);
    }
}
