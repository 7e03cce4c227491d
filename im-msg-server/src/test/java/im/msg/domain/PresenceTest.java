package im.msg.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSetMultimap;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PresenceTest {
    private static final UserId ALICE = new UserId(1);
    private static final UserId CAROL = new UserId(3);
    private static final UserId DAVE = new UserId(4);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int MAX_ELSEWHERE = 3;

    private final OnlineUsers online = new OnlineUsers();
    private final RecordedRoute route = new RecordedRoute();
    private final PushedTimer timer = new PushedTimer();
    private final Presence presence =
            new Presence(online, route, user -> {}, timer, new Presence.Memory(GRACE, MAX_ELSEWHERE));
    private final RemoteNews news = new RemoteNews(
            online,
            presence,
            new MessageDelivery(
                    online,
                    new Outbox(route, 9),
                    new Unacknowledged(new Unacknowledged.Limits(1, 1 << 20, GRACE), timer)),
            new Notices(online, route),
            new Outbox(route, 9),
            new MissedNews(
                    online,
                    (user, time, found) -> CompletableFuture.completedFuture(null),
                    user -> CompletableFuture.completedFuture(List.of()),
                    Clock.systemUTC(),
                    GRACE,
                    timer));
    private final RecordedClient desktop = new RecordedClient(1, ClientKind.WINDOWS);
    private final RecordedClient mobile = new RecordedClient(1, ClientKind.IOS);
    private final RecordedClient bob = new RecordedClient(2, ClientKind.MAC);
    private final RecordedClient bobsMobile = new RecordedClient(2, ClientKind.ANDROID);

    @Test
    void everyDesktopHearsOfALoginTheOwnIncluded() {
        presence.arrived(bob);
        presence.arrived(bobsMobile);
        bob.told.clear();
        bobsMobile.told.clear();
        presence.arrived(desktop);
        assertThat(desktop.told).containsExactly("1 online");
        assertThat(bob.told).containsExactly("1 online");
        assertThat(bobsMobile.told).isEmpty();
    }

    @Test
    void offlineIsToldWithTheLastClientOnly() {
        presence.arrived(bob);
        presence.arrived(desktop);
        presence.arrived(mobile);
        bob.told.clear();
        presence.left(desktop);
        assertThat(bob.told).isEmpty();
        presence.left(mobile);
        presence.left(mobile);
        assertThat(bob.told).containsExactly("1 offline");
    }

    @Test
    void theOwnMobilesHearOfTheDesktop() {
        presence.arrived(mobile);
        assertThat(mobile.told).isEmpty();
        presence.arrived(desktop);
        presence.left(desktop);
        assertThat(mobile.told).containsExactly("desktop on", "desktop off");
    }

    @Test
    void aMobileHearsAtLoginThatTheDesktopIsOn() {
        presence.arrived(desktop);
        presence.arrived(mobile);
        assertThat(mobile.told).containsExactly("desktop on");
    }

    @Test
    void aSecondDesktopKicksTheFirstWhichHearsNothingMore() {
        RecordedClient second = new RecordedClient(1, ClientKind.MAC);
        presence.arrived(desktop);
        desktop.told.clear();
        presence.arrived(second);
        assertThat(desktop.told).containsExactly("kicked LOGGED_IN_ELSEWHERE");
        second.told.clear();
        presence.left(desktop);
        assertThat(second.told).isEmpty();
        assertThat(online.isOnDesktop(ALICE)).isTrue();
    }

    @Test
    void aMobileEndsTheDesktop() {
        presence.arrived(desktop);
        presence.arrived(mobile);
        mobile.told.clear();
        presence.kickDesktopOf(ALICE);
        assertThat(desktop.told).last().isEqualTo("kicked BY_OWN_MOBILE");
        assertThat(mobile.told).containsExactly("desktop off");
        assertThat(online.isOnDesktop(ALICE)).isFalse();
        assertThat(route.told).last().isEqualTo("kick 1 WINDOWS BY_OWN_MOBILE");
    }

    @Test
    void otherMsgServersHearOfComingAndGoing() {
        presence.arrived(desktop);
        presence.left(desktop);
        assertThat(route.told)
                .containsExactly(
                        "announce 1 WINDOWS online",
                        "kick 1 WINDOWS LOGGED_IN_ELSEWHERE",
                        "announce 1 WINDOWS offline");
    }

    @Test
    void otherMsgServersHearOfEveryDisplacedClientAfterTheOneThatCame() {
        presence.arrived(desktop);
        route.told.clear();
        presence.arrived(new RecordedClient(1, ClientKind.WINDOWS));
        presence.left(desktop);
        assertThat(route.told)
                .containsExactly(
                        "announce 1 WINDOWS online",
                        "announce 1 WINDOWS offline",
                        "kick 1 WINDOWS LOGGED_IN_ELSEWHERE");
    }

    @Test
    void whoIsStillElsewhereDoesNotGoOffline() {
        presence.arrived(bob);
        presence.arrived(desktop);
        bob.told.clear();
        route.elsewhere = CompletableFuture.completedFuture(ImmutableSetMultimap.of(ALICE, ClientKind.IOS));
        presence.left(desktop);
        assertThat(bob.told).isEmpty();
    }

    @Test
    void theDesktopIsNotGoneWhileThereIsOneElsewhere() {
        presence.arrived(desktop);
        presence.arrived(mobile);
        mobile.told.clear();
        route.elsewhere = CompletableFuture.completedFuture(ImmutableSetMultimap.of(ALICE, ClientKind.MAC));
        presence.left(desktop);
        assertThat(mobile.told).isEmpty();
    }

    @Test
    void whoIsBackBeforeTheOthersAnsweredDoesNotGoOffline() {
        presence.arrived(bob);
        presence.arrived(desktop);
        route.elsewhere = new CompletableFuture<>();
        presence.left(desktop);
        presence.arrived(new RecordedClient(1, ClientKind.WINDOWS));
        bob.told.clear();
        route.elsewhere.complete(ImmutableSetMultimap.of());
        assertThat(bob.told).isEmpty();
    }

    @Test
    void withoutAnAnswerTheUserCountsAsGone() {
        presence.arrived(bob);
        presence.arrived(desktop);
        bob.told.clear();
        route.elsewhere = CompletableFuture.failedFuture(new IllegalStateException("no route-server"));
        presence.left(desktop);
        assertThat(bob.told).containsExactly("1 offline");
    }

    @Test
    void aLoginElsewhereEndsTheOneHere() {
        presence.arrived(desktop);
        presence.arrived(mobile);
        news.kicked(ALICE, ClientKind.MAC, KickReason.LOGGED_IN_ELSEWHERE);
        assertThat(desktop.told).last().isEqualTo("kicked LOGGED_IN_ELSEWHERE");
        assertThat(mobile.told).doesNotContain("kicked LOGGED_IN_ELSEWHERE");
        assertThat(online.isOnDesktop(ALICE)).isFalse();
    }

    // Elsewhere

    private static ImmutableSetMultimap<UserId, ClientKind> onWindows(UserId... users) {
        return List.of(users).stream()
                .collect(ImmutableSetMultimap.toImmutableSetMultimap(user -> user, user -> ClientKind.WINDOWS));
    }

    @Test
    void whoComesAndGoesElsewhereIsOnlineMeanwhile() {
        arrivedLongAgo(bob);
        news.statusChanged(CAROL, true);
        assertThat(presence.isOnline(CAROL)).isTrue();
        news.statusChanged(CAROL, false);
        assertThat(presence.isOnline(CAROL)).isFalse();
        assertThat(bob.told).containsExactly("3 online", "3 offline");
    }

    private void arrivedLongAgo(RecordedClient client) {
        presence.arrived(client);
        client.told.clear();
    }

    @Test
    void whoIsHereDoesNotGoOfflineWithTheEndElsewhere() {
        arrivedLongAgo(bob);
        news.statusChanged(ALICE, true);
        presence.arrived(desktop);
        bob.told.clear();
        news.statusChanged(ALICE, false);
        assertThat(bob.told).isEmpty();
        presence.left(desktop);
        assertThat(bob.told).containsExactly("1 offline");
    }

    /** The answer may come before the news that it makes out of date. */
    @Test
    void whoWasSaidToBeElsewhereGoesOfflineWithTheEndThere() {
        arrivedLongAgo(bob);
        presence.arrived(desktop);
        bob.told.clear();
        route.elsewhere = CompletableFuture.completedFuture(onWindows(ALICE));
        presence.left(desktop);
        assertThat(presence.isOnline(ALICE)).isTrue();
        news.statusChanged(ALICE, false);
        assertThat(bob.told).containsExactly("1 offline");
    }

    @Test
    void aListTellsOfThoseWhoCame() {
        arrivedLongAgo(bob);
        news.statusChanged(CAROL, true);
        presence.arrived(desktop);
        bob.told.clear();
        news.listed(onWindows(ALICE, CAROL, DAVE));
        assertThat(bob.told).containsExactly("4 online");
        timer.push(GRACE);
        assertThat(bob.told).containsExactly("4 online");
    }

    @Test
    void whoIsNotListedIsGoneAfterTheGrace() {
        arrivedLongAgo(bob);
        news.listed(onWindows(CAROL, DAVE));
        bob.told.clear();
        news.cutOff();
        news.listed(onWindows(DAVE));
        timer.push(GRACE.minusMillis(1));
        assertThat(bob.told).isEmpty();
        timer.push(Duration.ofMillis(1));
        assertThat(bob.told).containsExactly("3 offline");
        assertThat(presence.isOnline(CAROL)).isFalse();
        assertThat(presence.isOnline(DAVE)).isTrue();
    }

    @Test
    void nobodyHearsOfALossThatIsShort() {
        arrivedLongAgo(bob);
        news.listed(onWindows(CAROL, DAVE));
        bob.told.clear();
        for (int i = 0; i < 10; i++) {
            news.cutOff();
            timer.push(GRACE.minusMillis(1));
            news.listed(onWindows(CAROL, DAVE));
        }
        timer.push(GRACE);
        assertThat(bob.told).isEmpty();
    }

    @Test
    void whoIsCutOffForLongSeesEverybodyElsewhereGo() {
        arrivedLongAgo(bob);
        news.listed(onWindows(ALICE, CAROL, DAVE));
        presence.arrived(desktop);
        bob.told.clear();
        news.cutOff();
        timer.push(GRACE);
        assertThat(bob.told).containsExactlyInAnyOrder("3 offline", "4 offline");
        news.listed(onWindows(CAROL));
        assertThat(bob.told).last().isEqualTo("3 online");
    }

    @Test
    void whoIsCutOffAgainAndAgainWithoutAnyListDoesNotWaitForEver() {
        arrivedLongAgo(bob);
        news.listed(onWindows(CAROL));
        bob.told.clear();
        news.cutOff();
        timer.push(GRACE.minusMillis(1));
        news.cutOff();
        timer.push(Duration.ofMillis(1));
        assertThat(bob.told).containsExactly("3 offline");
    }

    /** A route-server that was started again knows only the msg-servers that have come back. */
    @Test
    void whoComesLaterThanTheListWasNeverGone() {
        arrivedLongAgo(bob);
        news.listed(onWindows(CAROL));
        bob.told.clear();
        news.cutOff();
        news.listed(onWindows());
        news.statusChanged(CAROL, true);
        timer.push(GRACE);
        assertThat(bob.told).isEmpty();
        assertThat(presence.isOnline(CAROL)).isTrue();
    }

    @Test
    void whoIsInDoubtAndGoesIsGoneAtOnce() {
        arrivedLongAgo(bob);
        news.listed(onWindows(CAROL));
        bob.told.clear();
        news.cutOff();
        news.listed(onWindows());
        news.statusChanged(CAROL, false);
        timer.push(GRACE);
        assertThat(bob.told).containsExactly("3 offline");
    }

    @Test
    void theOwnMobilesHearWhatBecameOfADesktopElsewhere() {
        arrivedLongAgo(mobile);
        news.listed(onWindows(ALICE, CAROL));
        news.cutOff();
        news.listed(onWindows(ALICE));
        timer.push(GRACE);
        assertThat(mobile.told).containsExactly("desktop on");
        news.listed(onWindows());
        timer.push(GRACE);
        assertThat(mobile.told).containsExactly("desktop on", "desktop off");
    }

    @Test
    void aSecondMobileHearsOfADesktopElsewhereToo() {
        RecordedClient second = new RecordedClient(1, ClientKind.ANDROID);
        arrivedLongAgo(mobile);
        news.desktopChanged(ALICE, true);
        presence.arrived(second);
        news.desktopChanged(ALICE, true);
        assertThat(second.told).containsExactly("desktop on");
    }

    @Test
    void whoIsTooManyElsewhereCountsAsAway() {
        arrivedLongAgo(bob);
        for (int user = 10; user < 10 + MAX_ELSEWHERE; user++) {
            news.statusChanged(new UserId(user), true);
        }
        bob.told.clear();
        news.statusChanged(CAROL, true);
        assertThat(presence.isOnline(CAROL)).isFalse();
        news.statusChanged(CAROL, false);
        assertThat(bob.told).isEmpty();
    }
}
