package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.net.HostAndPort;
import im.client.ClientListener;
import im.client.ClientOptions;
import im.client.ImClient;
import im.client.TransferListener;
import im.client.TransferMode;
import im.client.TransferResult;
import im.db.DbProxy;
import im.db.DbProxyConfig;
import im.netlib.AddressSource;
import im.netlib.Tls;
import im.server.Settings;
import im.testkit.Eventually;
import im.testkit.HeldPort;
import im.testkit.TestCertificates;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The jars of a msg-server and a file-server with netty-tcnative beside them, as docs/operations.md has it. The client and the db-proxy have the JDK's TLS. */
@Timeout(300)
class BoringSslIT {
    private static final Path TCNATIVE = Path.of("target", "tcnative");
    private static final Path LOGS = Path.of("target", "processes");
    private static final String HOST = "127.0.0.1";

    @TempDir
    Path folder;

    private final List<Process> processes = new ArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (Process each : processes) {
            each.destroyForcibly().onExit().join();
        }
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private <T extends AutoCloseable> T opened(T what) {
        opened.add(what);
        return what;
    }

    private static Path jar(String server) {
        return Path.of("..", "im-" + server, "target", "im-" + server + ".jar");
    }

    /** @return its log */
    private Path launch(String server, String main, Map<String, String> settings) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                jar(server) + File.pathSeparator + TCNATIVE + "/*",
                main));
        settings.forEach((key, value) -> {
            if (key.startsWith(server + ".")) {
                command.addAll(List.of("--set", key + "=" + value));
            }
        });
        Path log = Files.createDirectories(LOGS).resolve("boringssl-" + server + ".log");
        processes.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log.toFile()))
                .start());
        return log;
    }

    private static void awaitListening(Path log, InetSocketAddress port) {
        Eventually.until(log + " says that it listens", () -> {
            try (Socket connection = new Socket()) {
                connection.connect(port);
                return true;
            } catch (IOException e) {
                return false;
            }
        });
    }

    private static HostAndPort at(HeldPort port) {
        return HostAndPort.fromParts(HOST, port.address().getPort());
    }

    private ImClient login(String user, HeldPort msgServer, TestCertificates ca) throws Exception {
        ClientOptions options = ClientOptions.of(AddressSource.always(at(msgServer)), user, user + "pw")
                .withTls(Tls.forClient(Optional.of(ca.ca())));
        return opened(Await.result(ImClient.connect(options, ClientListener.NONE)));
    }

    @Test
    void serversWithTcnativeOnTheirClassPathSpeakTlsByOpenSsl() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the build has it for Linux");
        assumeTrue(
                Stream.of("msg-server", "file-server").map(BoringSslIT::jar).allMatch(Files::exists),
                "the jars of the servers are made by 'package'");

        TestCertificates forClients = TestCertificates.in(folder.resolve("for-clients"));
        UserDatabase database = opened(new UserDatabase(List.of("alice", "bob")));
        HeldPort msgPort = opened(new HeldPort());
        HeldPort filePort = opened(new HeldPort());
        HeldPort fileInternalPort = opened(new HeldPort());
        Map<String, String> settings = new HashMap<>(database.settings());
        settings.putAll(CertificatesOfServers.settings(forClients, TestCertificates.in(folder.resolve("for-servers"))));
        settings.put("db-proxy.port", "0");
        DbProxy dbProxy = opened(DbProxy.start(
                DbProxyConfig.read(Settings.load(Optional.empty(), settings).at("db-proxy"))));
        settings.put("file-server.client.host", HOST);
        settings.put(
                "file-server.client.port", Integer.toString(filePort.address().getPort()));
        settings.put(
                "file-server.internal.port",
                Integer.toString(fileInternalPort.address().getPort()));
        settings.put("file-server.store.folder", folder.resolve("files").toString());
        settings.put("file-server.management.port", "0");
        settings.put("msg-server.client.host", HOST);
        settings.put(
                "msg-server.client.port", Integer.toString(msgPort.address().getPort()));
        settings.put("msg-server.db-proxies", HOST + ":" + dbProxy.address().getPort());
        settings.put("msg-server.file-servers", at(fileInternalPort).toString());
        settings.put("msg-server.management.port", "0");

        Path fileLog = launch("file-server", "im.file.Main", settings);
        awaitListening(fileLog, fileInternalPort.address());
        Path msgLog = launch("msg-server", "im.msg.Main", settings);
        awaitListening(msgLog, msgPort.address());
        Eventually.until(
                "the msg-server has both others",
                () -> Files.readString(msgLog)
                                .lines()
                                .filter(line -> line.contains(": ready at "))
                                .count()
                        >= 2);

        ImClient alice = login("alice", msgPort, forClients);
        int bobsId = Await.result(alice.users()).stream()
                .filter(user -> user.loginName().equals("bob"))
                .findFirst()
                .orElseThrow()
                .id();
        Path file = TestFiles.make(folder, "file", 5_000_000);
        TransferResult sent = Await.result(alice.send(file, bobsId, TransferListener.NONE));
        assertThat(sent.mode()).isEqualTo(TransferMode.OFFLINE);
        ImClient bob = login("bob", msgPort, forClients);
        TransferResult received = Await.result(
                bob.download(Await.result(bob.offlineFiles()).get(0), folder.resolve("in"), TransferListener.NONE));

        TestFiles.assertSame(received.path(), file);
        assertThat(fileLog)
                .content()
                .contains("TLS for clients: on, with ", "TLS from servers: on, with ")
                .containsPattern("TLS for clients: .* by OPENSSL")
                .doesNotContain("by JDK", " ERROR ");
        assertThat(msgLog)
                .content()
                .containsPattern("TLS for clients: .* by OPENSSL")
                .containsPattern("TLS to servers: .* by OPENSSL")
                .doesNotContain("by JDK", " ERROR ");
    }
}
