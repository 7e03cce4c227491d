package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.ClientListener;
import im.client.ConversationId;
import im.client.ImClient;
import im.client.Message;
import im.client.OfflineFile;
import im.client.TransferException;
import im.client.TransferListener;
import im.e2e.ProcessCluster.Member;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All servers of a cluster are stopped in order and started again, one after the other, while people talk and send files. */
class RollingRestartIT {
    private static final int MIN_SIZE = 64 << 10;
    private static final int MAX_SIZE = 1 << 20;
    private static final int PAGE = 100;

    @TempDir
    Path folder;

    private ProcessCluster cluster;
    private AcceptingReceiver bobsFiles;
    private ImClient alice;
    private ImClient bob;
    private Map<String, Integer> ids;
    private volatile boolean over;

    @BeforeEach
    void logIn() throws Exception {
        cluster = ProcessCluster.start(folder, List.of("alice", "bob", "carol"));
        bobsFiles = new AcceptingReceiver(folder.resolve("bob"));
        alice = cluster.login("alice", cluster.loginServer(), ClientListener.NONE);
        bob = bobsFiles.is(cluster.login("bob", cluster.loginServer(), bobsFiles));
        ids = Await.result(alice.users()).stream()
                .collect(Collectors.toMap(user -> user.loginName(), user -> user.id()));
    }

    @AfterEach
    void stop() {
        over = true;
        cluster.close();
    }

    @Test
    void loseNoMessageAndNoFile() throws Exception {
        CompletableFuture<Map<Long, String>> talk = CompletableFuture.supplyAsync(unchecked(this::talk));
        CompletableFuture<List<SentFile>> files = CompletableFuture.supplyAsync(unchecked(this::sendFiles));

        for (Member member : Member.all()) {
            cluster.restart(member);
            assertThat(talk).as("what alice says to bob").isNotCompletedExceptionally();
            assertThat(files).as("what alice sends").isNotCompletedExceptionally();
        }
        over = true;

        assertTalk(Await.result(talk));
        assertFiles(Await.result(files));
    }

    private interface Work<T> {
        T run() throws Exception;
    }

    private static <T> Supplier<T> unchecked(Work<T> work) {
        return () -> {
            try {
                return work.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        };
    }

    /** One message after the other; gives what was acknowledged, by its id. */
    private Map<Long, String> talk() throws Exception {
        Map<Long, String> acknowledged = new LinkedHashMap<>();
        ConversationId withBob = ConversationId.ofUser(ids.get("bob"));
        for (int i = 0; !over; i++) {
            String text = "message " + i;
            acknowledged.put(Await.result(alice.messages().sendText(withBob, text)), text);
        }
        return acknowledged;
    }

    private void assertTalk(Map<Long, String> acknowledged) throws Exception {
        Map<Long, String> stored = new LinkedHashMap<>();
        ConversationId withAlice = ConversationId.ofUser(ids.get("alice"));
        long from = 0;
        do {
            List<Message> page = Await.result(bob.messages().history(withAlice, from, PAGE));
            page.forEach(message -> stored.put(message.id(), message.text()));
            from = page.get(page.size() - 1).id() - 1;
        } while (from > 0);
        assertThat(stored).isEqualTo(acknowledged);
    }

    /** One file after the other, to bob, who is there, and to carol, who is not. One that fails is sent again. */
    private List<SentFile> sendFiles() throws Exception {
        Random random = new Random(7);
        List<SentFile> sent = new ArrayList<>();
        for (int i = 0; !over; i++) {
            Path file =
                    TestFiles.make(folder.resolve("out"), "file-" + i, MIN_SIZE + random.nextInt(MAX_SIZE - MIN_SIZE));
            int to = ids.get(i % 2 == 0 ? "bob" : "carol");
            sent.add(sent(() -> new SentFile(alice, to, file)));
        }
        return sent;
    }

    private static SentFile sent(Supplier<SentFile> attempt) throws Exception {
        SentFile file = attempt.get();
        try {
            Await.result(file.transfer());
            return file;
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(TransferException.class);
            return sent(attempt);
        }
    }

    private void assertFiles(List<SentFile> sent) throws Exception {
        ImClient carol = cluster.login("carol", cluster.loginServer(), ClientListener.NONE);
        Map<String, Path> stored = new LinkedHashMap<>();
        List<Path> twice = new ArrayList<>();
        for (ImClient away : List.of(carol, bob)) {
            for (OfflineFile file : Await.result(away.offlineFiles())) {
                Path in = Files.createDirectories(folder.resolve("stored").resolve(file.taskId()));
                Path got = Await.result(away.download(file, in, TransferListener.NONE))
                        .path();
                if (stored.put(got.getFileName().toString(), got) != null) {
                    twice.add(got);
                }
            }
        }
        assertThat(twice).isEmpty();
        for (SentFile file : sent) {
            Path got = stored.get(file.path().getFileName().toString());
            if (got == null) {
                bobsFiles.assertReceived(file.path());
            } else {
                TestFiles.assertSame(got, file.path());
            }
        }
    }
}
