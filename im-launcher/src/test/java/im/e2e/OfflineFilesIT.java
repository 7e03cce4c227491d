package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.FileOffer;
import im.client.ImClient;
import im.client.OfflineFile;
import im.client.Transfer;
import im.client.TransferListener;
import im.client.TransferMode;
import im.client.TransferResult;
import im.testkit.Eventually;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files for a user who is away. */
class OfflineFilesIT {
    @TempDir
    Path folder;

    private Servers servers;

    @AfterEach
    void stopServers() throws Exception {
        servers.close();
    }

    private static int idOf(ImClient client, String name) throws Exception {
        return Await.result(client.users()).stream()
                .filter(user -> user.loginName().equals(name))
                .findFirst()
                .orElseThrow()
                .id();
    }

    private Path file(long size) throws Exception {
        return TestFiles.make(folder.resolve("out"), size + ".bin", size);
    }

    /** Sends while bob is away, and returns when the database knows the file. */
    private TransferResult store(ImClient alice, Path file) throws Exception {
        TransferResult sent = Await.result(alice.send(file, idOf(alice, "bob"), TransferListener.NONE));
        assertThat(sent.mode()).isEqualTo(TransferMode.OFFLINE);
        return sent;
    }

    private static List<OfflineFile> waitingFor(ImClient bob, int count) {
        List<OfflineFile> files = new ArrayList<>();
        Eventually.until(count + " files wait", () -> {
            files.clear();
            files.addAll(offlineFiles(bob));
            return files.size() == count;
        });
        return files;
    }

    private static List<OfflineFile> offlineFiles(ImClient client) {
        try {
            return Await.result(client.offlineFiles());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 32_767, 32_768, 32_769, 1 << 20, 100 << 20})
    void arriveIdenticalAndAreThenForgotten(long size) throws Exception {
        servers = Servers.start(folder);
        Path file = file(size);
        TransferResult sent = store(servers.login("alice"), file);
        ImClient bob = servers.login("bob");
        OfflineFile waiting = waitingFor(bob, 1).get(0);
        assertThat(waiting.fileName()).isEqualTo(size + ".bin");
        TransferResult received = Await.result(bob.download(waiting, folder.resolve("in"), TransferListener.NONE));
        TestFiles.assertSame(received.path(), file);
        assertThat(received.sha256()).isEqualTo(sent.sha256());
        waitingFor(bob, 0);
    }

    @Test
    void surviveARestartOfEveryServer() throws Exception {
        servers = Servers.start(folder);
        Path file = file(200_000);
        ImClient alice = servers.login("alice");
        store(alice, file);
        ImClient bob = servers.login("bob");
        waitingFor(bob, 1);
        bob.close();
        servers.restartEverything();
        bob = servers.login("bob");
        TransferResult received =
                Await.result(bob.download(waitingFor(bob, 1).get(0), folder.resolve("in"), TransferListener.NONE));
        TestFiles.assertSame(received.path(), file);
    }

    @Test
    void areFoundOnWhicheverOfTwoFileServersHoldsThem() throws Exception {
        servers = Servers.start(folder, 2);
        ImClient alice = servers.login("alice");
        Map<String, Path> sent = new HashMap<>();
        for (int i = 0; i < 12; i++) {
            Path file = file(40_000 + i);
            store(alice, file);
            sent.put(file.getFileName().toString(), file);
        }
        servers.restartEverything();
        ImClient bob = servers.login("bob");
        List<OfflineFile> files = waitingFor(bob, sent.size());
        assertThat(files.stream().map(OfflineFile::addresses).distinct()).hasSize(2);
        for (OfflineFile file : files) {
            TransferResult received = Await.result(bob.download(file, folder.resolve("in"), TransferListener.NONE));
            TestFiles.assertSame(received.path(), sent.remove(file.fileName()));
        }
        assertThat(sent).isEmpty();
    }

    @Test
    void areRecordedEvenIfTheDatabaseIsAwayWhenTheyWereStored() throws Exception {
        servers = Servers.start(folder);
        ImClient alice = servers.login("alice");
        Inbox inbox = new Inbox();
        ImClient bob = servers.login("bob", inbox);
        int bobsId = bob.self().id();
        bob.close();
        servers.stopDbProxy();
        Path file = file(100_000);
        Transfer sending = alice.send(file, bobsId, TransferListener.NONE);
        servers.startDbProxy();
        assertThat(Await.result(sending).mode()).isEqualTo(TransferMode.OFFLINE);
        Eventually.until("bob can log in again", () -> canLogIn("bob"));
        bob = servers.login("bob");
        TransferResult received =
                Await.result(bob.download(waitingFor(bob, 1).get(0), folder.resolve("in"), TransferListener.NONE));
        TestFiles.assertSame(received.path(), file);
    }

    private boolean canLogIn(String user) {
        try {
            servers.login(user).close();
            return true;
        } catch (Exception refused) {
            return false;
        }
    }

    @Test
    void aReceiverWhoComesOnlineMeanwhileIsToldWhenTheFileIsReady() throws Exception {
        servers = Servers.start(folder);
        ImClient alice = servers.login("alice");
        int bobsId = idOf(alice, "bob");
        Inbox inbox = new Inbox();
        Path file = file(20 << 20);
        HeldSender held = new HeldSender();
        Transfer sending = alice.send(file, bobsId, held);
        held.awaitHeld();
        ImClient bob;
        try {
            bob = servers.login("bob", inbox);
        } finally {
            held.letGo();
        }
        FileOffer offer = inbox.nextReady();
        assertThat(Await.result(sending).mode()).isEqualTo(TransferMode.OFFLINE);
        TransferResult received = Await.result(bob.receive(offer, folder.resolve("in"), TransferListener.NONE));
        TestFiles.assertSame(received.path(), file);
    }

    @Test
    void twoFilesOfOneNameAreBothKept() throws Exception {
        servers = Servers.start(folder);
        ImClient alice = servers.login("alice");
        Path first = TestFiles.make(folder.resolve("one"), "same.txt", 10);
        Path second = TestFiles.make(folder.resolve("two"), "same.txt", 20);
        store(alice, first);
        store(alice, second);
        ImClient bob = servers.login("bob");
        Map<Long, OfflineFile> bySize =
                waitingFor(bob, 2).stream().collect(Collectors.toMap(OfflineFile::size, Function.identity()));
        Path one = Await.result(bob.download(bySize.get(10L), folder.resolve("in"), TransferListener.NONE))
                .path();
        Path two = Await.result(bob.download(bySize.get(20L), folder.resolve("in"), TransferListener.NONE))
                .path();
        TestFiles.assertSame(one, first);
        TestFiles.assertSame(two, second);
        assertThat(one).isNotEqualTo(two);
    }
}
