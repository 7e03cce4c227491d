package im.msg.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSetMultimap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PresenceTest {
    private static final UserId ALICE = new UserId(1);

    private final OnlineUsers online = new OnlineUsers();
    private final RecordedRoute route = new RecordedRoute();
    private final Presence presence = new Presence(online, route, user -> {});
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
        new RemoteNews(online, presence).kicked(ALICE, ClientKind.MAC, KickReason.LOGGED_IN_ELSEWHERE);
        assertThat(desktop.told).last().isEqualTo("kicked LOGGED_IN_ELSEWHERE");
        assertThat(mobile.told).doesNotContain("kicked LOGGED_IN_ELSEWHERE");
        assertThat(online.isOnDesktop(ALICE)).isFalse();
    }
}
