package im.msg.domain;

import static org.assertj.core.api.Assertions.assertThat;

import im.netlib.LinkLostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class MissedNewsTest {
    private static final int AT_ONCE = 8;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final OnlineUsers online = new OnlineUsers();
    private final PushedTimer timer = new PushedTimer();
    private final List<UserId> asked = new ArrayList<>();
    private final List<CompletableFuture<List<FileNotice>>> answers = new ArrayList<>();
    private final History history = new History();
    private final MissedNews missed = new MissedNews(
            online,
            history,
            this::ask,
            Clock.fixed(Instant.ofEpochSecond(1000), ZoneOffset.UTC),
            Duration.ofSeconds(30),
            timer);

    /** Has these messages for everybody. */
    private static final class History implements MessageHistory {
        final List<String> asked = new ArrayList<>();
        List<Message> messages = List.of();

        @Override
        public CompletableFuture<Void> since(UserId user, Instant time, Consumer<Message> found) {
            asked.add(user + " since " + time.getEpochSecond());
            messages.forEach(found);
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Others were out of reach, and have heard by now who is here. */
    private void look() {
        missed.cutOff();
        missed.inReach();
        timer.push(PAUSE);
    }

    private CompletableFuture<List<FileNotice>> ask(UserId user) {
        asked.add(user);
        CompletableFuture<List<FileNotice>> answer = new CompletableFuture<>();
        answers.add(answer);
        return answer;
    }

    private RecordedClient arrived(int user, ClientKind kind) {
        RecordedClient client = new RecordedClient(user, kind);
        online.add(client);
        return client;
    }

    private static FileNotice waiting(int to, long size) {
        return new FileNotice(
                new UserId(1),
                new UserId(to),
                "f",
                size,
                new TaskId("t"),
                List.of(),
                TransferMode.OFFLINE,
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty());
    }

    @Test
    void allClientsOfAUserAreToldOfMessagesSinceTheCutWithTheTimeInWhichNobodyNoticedIt() {
        RecordedClient desktop = arrived(2, ClientKind.WINDOWS);
        RecordedClient mobile = arrived(2, ClientKind.IOS);
        history.messages =
                List.of(new Message(new NewMessage(new UserId(1), 2, MessageType.SINGLE_TEXT, new byte[1]), 7, 990));
        missed.cutOff();
        missed.cutOff();
        missed.inReach();
        assertThat(history.asked).as("before others know who is here").isEmpty();
        timer.push(PAUSE);
        assertThat(history.asked).containsExactly("2 since 970");
        assertThat(desktop.told).containsExactly("late 7 in 1 and 2");
        assertThat(mobile.told).containsExactly("late 7 in 1 and 2");
    }

    @Test
    void whoHasOnlyMobilesIsNotAskedForFiles() {
        arrived(2, ClientKind.ANDROID);
        look();
        assertThat(history.asked).containsExactly("2 since 970");
        assertThat(asked).isEmpty();
    }

    @Test
    void nothingIsMissedWithoutACut() {
        arrived(2, ClientKind.WINDOWS);
        missed.inReach();
        timer.push(PAUSE);
        assertThat(history.asked).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void desktopsAreRemindedOfWhatWaitsForTheirUser() {
        RecordedClient desktop = arrived(2, ClientKind.WINDOWS);
        RecordedClient mobile = arrived(2, ClientKind.IOS);
        RecordedClient other = arrived(3, ClientKind.MAC);
        look();
        answers.get(asked.indexOf(new UserId(2))).complete(List.of(waiting(2, 7)));
        answers.get(asked.indexOf(new UserId(3))).complete(List.of());
        assertThat(desktop.told).containsExactly("f waits");
        assertThat(mobile.told).isEmpty();
        assertThat(other.told).isEmpty();
    }

    @Test
    void nobodyIsRemindedOfAFileThatTheClientCannotHandle() {
        RecordedClient desktop = arrived(2, ClientKind.WINDOWS);
        look();
        answers.get(0).complete(List.of(waiting(2, 1L << 32)));
        assertThat(desktop.told).isEmpty();
    }

    @Test
    void fewAreAskedForAtATimeAndAllInTheEnd() {
        for (int user = 1; user <= 20; user++) {
            arrived(user, ClientKind.WINDOWS);
        }
        look();
        assertThat(asked).hasSize(AT_ONCE);
        for (int i = 0; i < 20; i++) {
            answers.get(i).complete(List.of());
            assertThat(asked).hasSize(Math.min(20, AT_ONCE + i + 1));
        }
        assertThat(asked).doesNotHaveDuplicates();
    }

    @Test
    void withoutADatabaseTheyAreAskedForAgainAfterAPause() {
        RecordedClient desktop = arrived(2, ClientKind.WINDOWS);
        look();
        answers.get(0).completeExceptionally(new LinkLostException("no db-proxy is ready"));
        assertThat(asked).hasSize(1);
        timer.push(PAUSE);
        answers.get(1).complete(List.of(waiting(2, 7)));
        assertThat(desktop.told).containsExactly("f waits");
        assertThat(timer.isIdle()).isTrue();
    }

    @Test
    void whoHasLeftMeanwhileIsNotAskedFor() {
        RecordedClient desktop = arrived(2, ClientKind.WINDOWS);
        look();
        answers.get(0).completeExceptionally(new LinkLostException("no db-proxy is ready"));
        online.remove(desktop);
        timer.push(PAUSE);
        assertThat(asked).hasSize(1);
    }

    @Test
    void whoMayHaveMissedSomethingWhileBeingAskedForIsAskedForAgain() {
        arrived(2, ClientKind.WINDOWS);
        look();
        look();
        answers.forEach(answer -> answer.complete(List.of()));
        assertThat(asked).hasSize(2);
    }
}
