package im.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.Conversation;
import im.client.Conversation.Received;
import im.client.ScriptedBackend;
import im.client.ScriptedServer;
import im.netlib.Backoff;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.base.KickReasonType;
import im.proto.base.OfflineFileInfo;
import im.proto.base.ResultType;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.file.IMFileNotify;
import im.proto.file.IMFileReq;
import im.proto.file.IMFileRsp;
import im.proto.login.IMKickUser;
import im.proto.login.IMLoginRes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands as a script sees them: exit code, standard output, standard error. */
class ImCommandIT {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private ScriptedServer msgServer;
    private ScriptedServer fileServer;
    private Path password;

    @BeforeEach
    void start() throws IOException {
        msgServer = ScriptedServer.start();
        fileServer = ScriptedServer.start();
        password = Files.writeString(folder.resolve("password"), "alicepw\nsecond line\n");
    }

    @AfterEach
    void stop() throws IOException {
        msgServer.close();
        fileServer.close();
    }

    private CompletableFuture<Integer> run(String... args) {
        return run(line -> {}, args);
    }

    private CompletableFuture<Integer> run(Consumer<CommandLine> change, String... args) {
        CommandLine line = ImCommand.commandLine();
        change.accept(line);
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of(
                "--as", "alice", "--server", msgServer.address().toString(), "--password-file", password.toString()));
        return CompletableFuture.supplyAsync(() -> line.execute(all.toArray(String[]::new)));
    }

    private static int exitCode(CompletableFuture<Integer> running) throws Exception {
        return running.get(20, TimeUnit.SECONDS);
    }

    private void answerOfflineFiles(Conversation msg, String... names) throws IOException {
        answerOfflineFiles(
                msg,
                Stream.of(names).map(name -> stored(ScriptedBackend.TASK, name)).toList());
    }

    private static OfflineFileInfo stored(String task, String name) {
        return OfflineFileInfo.newBuilder()
                .setFromUserId(2)
                .setTaskId(task)
                .setFileName(name)
                .setFileSize(3)
                .build();
    }

    private void answerOfflineFiles(Conversation msg, List<OfflineFileInfo> stored) throws IOException {
        IMFileHasOfflineRsp.Builder files = IMFileHasOfflineRsp.newBuilder()
                .setUserId(1)
                .addIpAddrList(ScriptedBackend.ip(fileServer.address()))
                .addAllOfflineFileList(stored);
        msg.send(
                Commands.FILE_HAS_OFFLINE_RES,
                msg.expectPdu(Commands.FILE_HAS_OFFLINE_REQ).seq(),
                files.build());
    }

    private static void expectLogout(Conversation msg) throws IOException {
        msg.expect(Commands.LOGIN_REQ_LOGINOUT);
        msg.close();
    }

    @Test
    void sendsAndTellsTheChecksum() throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), "abc");
        CompletableFuture<Integer> running = run("send", "--to", "bob", file.toString());
        Conversation msg = ScriptedBackend.acceptLogin(msgServer);
        ScriptedBackend.answerUsers(msg);
        Received<IMFileReq> request = msg.expectPdu(Commands.FILE_REQUEST);
        assertThat(request.message().getToUserId()).isEqualTo(ScriptedBackend.BOB);
        ScriptedBackend.respond(msg, request, TransferFileType.FILE_TYPE_ONLINE, fileServer);
        try (Conversation task =
                ScriptedBackend.acceptIntoTask(fileServer, ClientFileRole.CLIENT_REALTIME_SENDER, ScriptedBackend.OK)) {
            task.send(
                    Commands.FILE_PULL_DATA_REQ,
                    2,
                    ScriptedBackend.pull(ScriptedBackend.BOB, TransferFileType.FILE_TYPE_ONLINE, 0, 32768));
            assertThat(task.expect(Commands.FILE_PULL_DATA_RSP).getFileData().toStringUtf8())
                    .isEqualTo("abc");
            task.send(
                    Commands.FILE_STATE,
                    3,
                    ScriptedBackend.state(ClientFileState.CLIENT_FILE_DONE, ScriptedBackend.BOB));
            task.expectClosed();
        }
        expectLogout(msg);
        assertThat(exitCode(running)).isZero();
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("sending a.txt to bob, who is online"),
                        line -> assertThat(line).startsWith("sent a.txt: 3 bytes in "),
                        line -> assertThat(line)
                                .isEqualTo("sha256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void tellsWhereAnUploadGoesOnAndHowLongTheFileIsKept() throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), "abcdef");
        CompletableFuture<Integer> running = run("send", "--to", "bob", file.toString());
        Conversation msg = ScriptedBackend.acceptLogin(msgServer, ScriptedBackend.ourWelcome());
        ScriptedBackend.answerUsers(msg);
        Received<IMFileReq> request = msg.expectPdu(Commands.FILE_REQUEST);
        Instant later = Instant.now().plus(Duration.ofDays(30)).plusSeconds(60);
        msg.send(
                Commands.FILE_RESPONSE,
                request.seq(),
                ScriptedBackend.response(request.message(), TransferFileType.FILE_TYPE_OFFLINE, fileServer)
                        .setExpiresAt(later.getEpochSecond())
                        .build());
        try (Conversation task =
                ScriptedBackend.acceptIntoTask(fileServer, ClientFileRole.CLIENT_OFFLINE_UPLOAD, ScriptedBackend.OK)) {
            task.send(
                    Commands.FILE_PULL_DATA_REQ,
                    0,
                    ScriptedBackend.pull(ScriptedBackend.ALICE, TransferFileType.FILE_TYPE_OFFLINE, 4, 32768));
            assertThat(task.expect(Commands.FILE_PULL_DATA_RSP).getFileData().toStringUtf8())
                    .isEqualTo("ef");
            task.send(
                    Commands.FILE_STATE,
                    0,
                    ScriptedBackend.state(ClientFileState.CLIENT_FILE_DONE, ScriptedBackend.ALICE));
            task.expectClosed();
        }
        expectLogout(msg);
        assertThat(exitCode(running)).isZero();
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("sending a.txt to be stored for bob, who is away"),
                        line -> assertThat(line).isEqualTo("resuming at 4 bytes of 6 bytes"),
                        line -> assertThat(line).startsWith("sent a.txt: 6 bytes, the last 2 bytes of it in "),
                        line -> assertThat(line).startsWith("sha256 bef57ec7"),
                        line -> assertThat(line).isEqualTo("stored until it is fetched, for 30 days at most"));
    }

    @Test
    void saysWhyAFileWasNotSent() throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), "abc");
        CompletableFuture<Integer> running = run("send", "--to", "2", file.toString());
        Conversation msg = ScriptedBackend.acceptLogin(msgServer);
        ScriptedBackend.answerUsers(msg);
        Received<IMFileReq> request = msg.expectPdu(Commands.FILE_REQUEST);
        msg.send(
                Commands.FILE_RESPONSE,
                request.seq(),
                IMFileRsp.newBuilder()
                        .setResultCode(1)
                        .setFromUserId(1)
                        .setToUserId(2)
                        .setFileName("a.txt")
                        .setTaskId("")
                        .setTransMode(TransferFileType.FILE_TYPE_ONLINE)
                        .setResultString("no file-server is up\u001b[2J")
                        .build());
        expectLogout(msg);
        assertThat(exitCode(running)).isEqualTo(1);
        assertThat(err.toString().trim())
                .isEqualTo("not sent: a.txt: the msg-server refused the file: no file-server is up?[2J");
    }

    @Test
    void serversOfOthersTakeNoFilesForGroups() throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), "abc");
        CompletableFuture<Integer> running = run("send", "--group", "7", file.toString());
        Conversation msg = ScriptedBackend.acceptLogin(msgServer);
        ScriptedBackend.answerUsers(msg);
        MessageCommandsIT.answerGroups(msg);
        MessageCommandsIT.answerGroupInfo(msg);
        expectLogout(msg);
        assertThat(exitCode(running)).isEqualTo(1);
        assertThat(err.toString().trim()).isEqualTo("not sent: a.txt: this server takes no files for groups");
    }

    @Test
    void refusesADirectoryBeforeAnythingIsSent() throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), "abc");
        assertThat(exitCode(run("send", "--to", "bob", file.toString(), folder.toString())))
                .isEqualTo(2);
        assertThat(err.toString()).contains("is a directory").doesNotContain("Exception");
        assertThat(exitCode(run("send", "--to", "bob", folder.resolve("missing").toString())))
                .isEqualTo(2);
    }

    @Test
    void sendsToNobodyThatDoesNotExist() throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), "abc");
        CompletableFuture<Integer> running = run("send", "--to", "nobody", file.toString());
        Conversation msg = ScriptedBackend.acceptLogin(msgServer);
        ScriptedBackend.answerUsers(msg);
        expectLogout(msg);
        assertThat(exitCode(running)).isEqualTo(2);
        assertThat(err.toString()).contains("there is no user called nobody");
    }

    @Test
    void takesNobodyForMissingWhileTheServerDoesNotSayWhoThereIs() throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), "abc");
        CompletableFuture<Integer> running = run("send", "--to", "bob", file.toString());
        Conversation msg = ScriptedBackend.acceptLogin(msgServer);
        msg.expect(Commands.BUDDY_LIST_ALL_USER_REQUEST);
        msg.close();
        assertThat(exitCode(running)).isEqualTo(4);
        assertThat(err.toString()).contains("does not say who bob is");
    }

    @Test
    void saysThatThePasswordIsWrong() throws Exception {
        CompletableFuture<Integer> running = run("files");
        Conversation msg = msgServer.accept();
        msg.send(
                Commands.LOGIN_RES_USERLOGIN,
                msg.expectPdu(Commands.LOGIN_REQ_USERLOGIN).seq(),
                IMLoginRes.newBuilder()
                        .setServerTime(1)
                        .setResultCode(ResultType.REFUSE_REASON_DB_VALIDATE_FAILED)
                        .build());
        msg.close();
        assertThat(exitCode(running)).isEqualTo(3);
        assertThat(err.toString()).contains("the user name alice or the password is wrong");
    }

    @Test
    void saysThatTheServerCannotBeReached() throws Exception {
        msgServer.close();
        assertThat(exitCode(run("files"))).isEqualTo(4);
        assertThat(err.toString()).contains("cannot connect to the msg-server", "--server");
    }

    @Test
    void aWrongCommandLineIsExitCodeTwo() throws Exception {
        assertThat(exitCode(run("send"))).isEqualTo(2);
        assertThat(exitCode(run("receive", "--into", password.toString()))).isEqualTo(2);
        assertThat(exitCode(run("files", "--server", "a:b:c"))).isEqualTo(2);
        assertThat(err.toString()).contains("'im files --help' explains it.").doesNotContain("Usage:");
        assertThat(ImCommand.commandLine().setErr(new PrintWriter(err)).execute())
                .isEqualTo(2);
    }

    @Test
    void listsWhatWaits() throws Exception {
        CompletableFuture<Integer> running = run("files");
        Conversation msg = ScriptedBackend.acceptLogin(msgServer);
        Instant later = Instant.now().plus(Duration.ofHours(49));
        answerOfflineFiles(
                msg,
                List.of(
                        stored(ScriptedBackend.TASK, "a.txt").toBuilder()
                                .setExpiresAt(later.getEpochSecond())
                                .build(),
                        stored(ScriptedBackend.TASK, "evil\u001b[2J")));
        ScriptedBackend.answerUsers(msg);
        expectLogout(msg);
        assertThat(exitCode(running)).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "FROM                        SIZE  EXPIRES             NAME",
                        "bob                      3 bytes  in 2 days           a.txt",
                        "bob                      3 bytes  -                   evil?[2J");
    }

    @Test
    void saysToWhichGroupAFileWasSent() throws Exception {
        CompletableFuture<Integer> running = run("files");
        Conversation msg = ScriptedBackend.acceptLogin(msgServer);
        answerOfflineFiles(
                msg,
                List.of(stored(ScriptedBackend.TASK, "a.txt").toBuilder()
                        .setGroupId(7)
                        .build()));
        ScriptedBackend.answerUsers(msg);
        MessageCommandsIT.answerGroupInfo(msg);
        expectLogout(msg);
        assertThat(exitCode(running)).isZero();
        assertThat(out.toString().lines().skip(1))
                .singleElement()
                .asString()
                .startsWith("bob in group the ?cooks ")
                .endsWith(" a.txt");
    }

    @Test
    void deletesByNameAndByTask() throws Exception {
        CompletableFuture<Integer> running = run("files", "--delete", "a.txt", "--delete", "task-2");
        Conversation msg = ScriptedBackend.acceptLogin(msgServer);
        answerOfflineFiles(msg, List.of(stored("task-1", "a.txt"), stored("task-2", "b.txt"), stored("3", "c.txt")));
        assertThat(msg.expect(Commands.FILE_DEL_OFFLINE_REQ).getTaskId()).isEqualTo("task-1");
        assertThat(msg.expect(Commands.FILE_DEL_OFFLINE_REQ).getTaskId()).isEqualTo("task-2");
        answerOfflineFiles(msg, List.of(stored("3", "c.txt")));
        expectLogout(msg);
        assertThat(exitCode(running)).isZero();
        assertThat(out.toString().lines()).containsExactly("deleted a.txt (3 bytes)", "deleted b.txt (3 bytes)");
    }

    @Test
    void saysThatAFileIsStillThere() throws Exception {
        CompletableFuture<Integer> running = run("files", "--delete", "a.txt");
        Conversation msg = ScriptedBackend.acceptLogin(msgServer);
        answerOfflineFiles(msg, "a.txt");
        msg.expect(Commands.FILE_DEL_OFFLINE_REQ);
        answerOfflineFiles(msg, "a.txt");
        expectLogout(msg);
        assertThat(exitCode(running)).isEqualTo(1);
        assertThat(err.toString()).contains("not deleted: a.txt still waits");
    }

    @Test
    void deletesNothingUnlessItIsClearWhat() throws Exception {
        CompletableFuture<Integer> unknown = run("files", "--delete", "a.txt", "--delete", "missing");
        Conversation msg = ScriptedBackend.acceptLogin(msgServer);
        answerOfflineFiles(msg, "a.txt");
        expectLogout(msg);
        assertThat(exitCode(unknown)).isEqualTo(2);
        assertThat(err.toString()).contains("no file called missing waits for alice");
        CompletableFuture<Integer> ambiguous = run("files", "--delete", "a?.txt");
        msg = ScriptedBackend.acceptLogin(msgServer);
        answerOfflineFiles(msg, List.of(stored("task-1", "a\u202e.txt"), stored("task-2", "a\u001b.txt")));
        expectLogout(msg);
        assertThat(exitCode(ambiguous)).isEqualTo(2);
        assertThat(err.toString()).contains("2 files are called a?.txt", "task-1 (3 bytes), task-2 (3 bytes)");
    }

    @Test
    void receivesWhatWaits() throws Exception {
        Path into = folder.resolve("into");
        CompletableFuture<Integer> running = run("receive", "--into", into.toString());
        Conversation msg = ScriptedBackend.acceptLogin(msgServer);
        ScriptedBackend.answerUsers(msg);
        answerOfflineFiles(msg, "../a.txt");
        sendStored("abc");
        msg.expect(Commands.FILE_DEL_OFFLINE_REQ);
        answerOfflineFiles(msg);
        expectLogout(msg);
        assertThat(exitCode(running)).isZero();
        assertThat(into.resolve("a.txt")).hasContent("abc");
        assertThat(out.toString())
                .contains(
                        "receiving ../a.txt (3 bytes) from bob",
                        "sha256 ba7816bf",
                        ", not verified: none was announced");
    }

    @Test
    void receivesAlsoWhatOneListHasNoRoomFor() throws Exception {
        CompletableFuture<Integer> running = run("receive", "--into", folder.toString());
        Conversation msg = ScriptedBackend.acceptLogin(msgServer);
        ScriptedBackend.answerUsers(msg);
        answerOfflineFiles(msg, List.of(stored("task-1", "a.txt")));
        refuseDownload("task-1");
        answerOfflineFiles(msg, List.of(stored("task-1", "a.txt"), stored(ScriptedBackend.TASK, "b.txt")));
        sendStored("abc");
        msg.expect(Commands.FILE_DEL_OFFLINE_REQ);
        answerOfflineFiles(msg, List.of(stored("task-1", "a.txt")));
        expectLogout(msg);
        assertThat(exitCode(running)).isEqualTo(1);
        assertThat(folder.resolve("b.txt")).hasContent("abc");
        assertThat(err.toString()).containsOnlyOnce("not received: a.txt");
    }

    private void refuseDownload(String task) throws IOException {
        ScriptedBackend.acceptIntoTask(
                        fileServer,
                        ScriptedBackend.loginRequest(ClientFileRole.CLIENT_OFFLINE_DOWNLOAD)
                                .setTaskId(task)
                                .build(),
                        ScriptedBackend.loginAnswer().setTaskId(task).setResultCode(1))
                .close();
    }

    private void sendStored(String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        try (Conversation task = ScriptedBackend.acceptIntoTask(
                fileServer, ClientFileRole.CLIENT_OFFLINE_DOWNLOAD, ScriptedBackend.OK)) {
            task.send(
                    Commands.FILE_PULL_DATA_RSP,
                    task.expectPdu(Commands.FILE_PULL_DATA_REQ).seq(),
                    ScriptedBackend.block(ScriptedBackend.ALICE, 0, bytes, 0, bytes.length));
            task.send(
                    Commands.FILE_STATE,
                    0,
                    ScriptedBackend.state(ClientFileState.CLIENT_FILE_DONE, ScriptedBackend.BOB));
        }
    }

    @Test
    void saysThatFilesCannotGoThereBeforeAnybodySendsOne() throws Exception {
        Path below = password.resolve("into");
        assertThat(exitCode(run("receive", "--wait", "--into", below.toString())))
                .isEqualTo(2);
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
        assertThat(exitCode(run("receive", "--into", link.toString()))).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly(password + " is not a directory", link + " is not a directory");
    }

    private IMFileNotify.Builder late() {
        return IMFileNotify.newBuilder()
                .setFromUserId(2)
                .setToUserId(1)
                .setFileName("late.txt")
                .setFileSize(3)
                .setTaskId(ScriptedBackend.TASK)
                .addIpAddrList(ScriptedBackend.ip(fileServer.address()))
                .setTransMode(TransferFileType.FILE_TYPE_OFFLINE);
    }

    private static void kick(Conversation msg) throws IOException {
        msg.send(
                Commands.LOGIN_KICK_USER,
                0,
                IMKickUser.newBuilder()
                        .setUserId(1)
                        .setKickReason(KickReasonType.KICK_REASON_DUPLICATE_USER)
                        .build());
        msg.expectClosed();
        msg.close();
    }

    @Test
    void receivesAFileAlsoWhenNobodySaysHowItsGroupIsCalled() throws Exception {
        CompletableFuture<Integer> running = run("receive", "--wait", "--into", folder.toString());
        Conversation msg = ScriptedBackend.acceptLogin(msgServer);
        ScriptedBackend.answerUsers(msg);
        answerOfflineFiles(msg);
        msg.send(
                Commands.FILE_NOTIFY, 0, late().setOfflineReady(1).setGroupId(7).build());
        msg.expect(Commands.GROUP_INFO_REQUEST);
        msg.close();
        msg = ScriptedBackend.acceptLogin(msgServer);
        sendStored("abc");
        msg.expect(Commands.FILE_DEL_OFFLINE_REQ);
        answerOfflineFiles(msg);
        kick(msg);
        assertThat(exitCode(running)).isEqualTo(3);
        assertThat(out.toString()).contains("receiving late.txt (3 bytes) from bob in group 7");
    }

    @Test
    void waitsForWhatArrivesUntilItIsKicked() throws Exception {
        CompletableFuture<Integer> running = run("receive", "--wait", "--into", folder.toString());
        Conversation msg = ScriptedBackend.acceptLogin(msgServer);
        ScriptedBackend.answerUsers(msg);
        answerOfflineFiles(msg);
        for (int ready = 0; ready <= 1; ready++) {
            msg.send(Commands.FILE_NOTIFY, 0, late().setOfflineReady(ready).build());
        }
        sendStored("abc");
        msg.expect(Commands.FILE_DEL_OFFLINE_REQ);
        kick(msg);
        assertThat(exitCode(running)).isEqualTo(3);
        assertThat(folder.resolve("late.txt")).hasContent("abc");
        assertThat(out.toString()).contains("waiting for files for alice");
        assertThat(err.toString()).contains("logged in somewhere else");
    }

    @Test
    void whoWaitsLooksAgainForWhatCouldNotBeReceived() throws Exception {
        CompletableFuture<Integer> running = run(
                line -> {
                    ReceiveCommand receive = (ReceiveCommand) line.getSubcommands()
                            .get("receive")
                            .getCommandSpec()
                            .userObject();
                    receive.lookAgain = new Backoff(Duration.ofMillis(1), Duration.ofMillis(1));
                },
                "receive",
                "--wait",
                "--into",
                folder.toString());
        Conversation msg = ScriptedBackend.acceptLogin(msgServer);
        ScriptedBackend.answerUsers(msg);
        answerOfflineFiles(msg, "a.txt");
        refuseDownload(ScriptedBackend.TASK);
        answerOfflineFiles(msg, "a.txt");
        answerOfflineFiles(msg, "a.txt");
        sendStored("abc");
        msg.expect(Commands.FILE_DEL_OFFLINE_REQ);
        answerOfflineFiles(msg);
        kick(msg);
        assertThat(exitCode(running)).isEqualTo(3);
        assertThat(folder.resolve("a.txt")).hasContent("abc");
    }

    @Test
    void explainsItselfAndItsExitCodes() {
        for (String command : List.of("send", "receive", "files")) {
            StringWriter help = new StringWriter();
            assertThat(ImCommand.commandLine()
                            .setOut(new PrintWriter(help, true))
                            .execute(command, "--help"))
                    .isZero();
            assertThat(help.toString()).contains("Exit codes:", "IM_PASSWORD", "--password-file", "130");
        }
    }
}
