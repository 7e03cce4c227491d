package im.msg.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSetMultimap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AwayReceiversTest {
    private static final UserId ALICE = new UserId(1);
    private static final UserId BOB = new UserId(2);
    private static final UserId CAROL = new UserId(3);
    private static final int GROUP = 9;
    private static final Message TO_BOB = message(2, MessageType.SINGLE_TEXT);
    private static final Message TO_GROUP = message(GROUP, MessageType.GROUP_TEXT);

    /** Everybody has one mobile. */
    private static final class Directory implements PushDirectory {
        private final Set<UserId> shielding = new HashSet<>();
        private final Set<UserId> undisturbed = new HashSet<>();
        private final List<Integer> asked = new ArrayList<>();
        private boolean away;

        @Override
        public CompletableFuture<List<Push.Target>> targets(Collection<UserId> users) {
            asked.add(users.size());
            if (away) {
                return CompletableFuture.failedFuture(new IllegalStateException("away"));
            }
            return CompletableFuture.completedFuture(users.stream()
                    .filter(user -> !undisturbed.contains(user))
                    .map(AwayReceiversTest::target)
                    .toList());
        }

        @Override
        public CompletableFuture<Set<UserId>> shielding(int group, Collection<UserId> users) {
            assertThat(group).isEqualTo(GROUP);
            return CompletableFuture.completedFuture(shielding);
        }
    }

    private final OnlineUsers online = new OnlineUsers();
    private final RecordedRoute route = new RecordedRoute();
    private final Directory directory = new Directory();
    private final List<Push> pushed = new ArrayList<>();
    private final AwayReceivers away = new AwayReceivers(online, route, directory, pushed::add);

    private static Message message(int to, MessageType type) {
        return new Message(new NewMessage(ALICE, to, type, new byte[5]), 7, 1);
    }

    private static Push.Target target(UserId user) {
        return new Push.Target(user, ClientKind.IOS, "token of " + user, 3);
    }

    @Test
    void whoIsNowhereIsPushedTo() {
        away.stored(TO_BOB, List.of(ALICE, BOB));
        assertThat(pushed).containsExactly(new Push(TO_BOB, List.of(target(BOB))));
    }

    @Test
    void aDesktopAloneIsPushedToAsWell() {
        online.add(new RecordedClient(2, ClientKind.WINDOWS));
        away.stored(TO_BOB, List.of(ALICE, BOB));
        assertThat(pushed).hasSize(1);
    }

    @Test
    void whoHasAMobileHereIsNot() {
        online.add(new RecordedClient(2, ClientKind.ANDROID));
        away.stored(TO_BOB, List.of(ALICE, BOB));
        assertThat(pushed).isEmpty();
    }

    @Test
    void whoHasAMobileElsewhereIsNot() {
        route.elsewhere = CompletableFuture.completedFuture(
                ImmutableSetMultimap.of(BOB, ClientKind.WINDOWS, BOB, ClientKind.IOS, CAROL, ClientKind.MAC));
        away.stored(TO_GROUP, List.of(ALICE, BOB, CAROL));
        assertThat(pushed).containsExactly(new Push(TO_GROUP, List.of(target(CAROL))));
    }

    @Test
    void withoutWordFromOthersWhoIsNotHereIsAway() {
        route.elsewhere = CompletableFuture.failedFuture(new IllegalStateException("lost"));
        away.stored(TO_BOB, List.of(ALICE, BOB));
        assertThat(pushed).hasSize(1);
    }

    @Test
    void whoHasSilencedTheGroupOrIsNotToBeDisturbedIsNot() {
        directory.shielding.add(BOB);
        directory.undisturbed.add(CAROL);
        UserId dave = new UserId(4);
        away.stored(TO_GROUP, List.of(ALICE, BOB, CAROL, dave));
        assertThat(pushed).containsExactly(new Push(TO_GROUP, List.of(target(dave))));
        away.stored(TO_GROUP, List.of(ALICE, BOB, CAROL));
        assertThat(pushed).hasSize(1);
    }

    @Test
    void theMembersOfALargeGroupAreAskedForInParts() {
        List<UserId> members =
                IntStream.rangeClosed(1, 1000).mapToObj(UserId::new).toList();
        away.stored(TO_GROUP, members);
        assertThat(directory.asked).containsExactly(400, 400, 199);
        assertThat(pushed.stream().flatMap(push -> push.targets().stream()).map(Push.Target::user))
                .containsExactlyElementsOf(members.subList(1, 1000));
    }

    @Test
    void withoutTheDatabaseNobodyIs() {
        directory.away = true;
        away.stored(TO_BOB, List.of(ALICE, BOB));
        assertThat(pushed).isEmpty();
    }
}
