package im.route;

import static im.proto.base.ClientType.CLIENT_TYPE_ANDROID;
import static im.proto.base.ClientType.CLIENT_TYPE_IOS;
import static im.proto.base.ClientType.CLIENT_TYPE_MAC;
import static im.proto.base.ClientType.CLIENT_TYPE_WINDOWS;
import static im.proto.base.UserStatType.USER_STATUS_OFFLINE;
import static im.proto.base.UserStatType.USER_STATUS_ONLINE;
import static im.route.FakeMsgServer.client;
import static org.assertj.core.api.Assertions.assertThat;

import im.proto.base.ServerUserStat;
import im.proto.base.UserStat;
import im.proto.base.UserStatType;
import im.proto.buddy.IMUsersStatRsp;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PresenceIT {
    private static final int ALICE = 1;
    private static final int BOB = 2;
    private static final int CAROL = 3;

    private RouteServer server;
    private FakeMsgServer east;
    private FakeMsgServer west;

    @BeforeEach
    void start() throws IOException {
        server = RouteServers.start();
        east = FakeMsgServer.link(server, true);
        west = FakeMsgServer.link(server, true);
    }

    @AfterEach
    void stop() throws IOException {
        east.close();
        west.close();
        server.close();
    }

    @Test
    void othersHearWhoComesAndGoes() throws IOException {
        east.came(ALICE, CLIENT_TYPE_WINDOWS);
        west.hearsOnline(ALICE);

        east.went(ALICE, CLIENT_TYPE_WINDOWS);
        west.hearsOffline(ALICE);
        east.hearsNothing();
    }

    @Test
    void aUserOnTwoMsgServersIsOfflineAfterBoth() throws IOException {
        east.came(ALICE, CLIENT_TYPE_WINDOWS);
        west.hearsOnline(ALICE);
        west.came(ALICE, CLIENT_TYPE_ANDROID);
        east.hearsOnline(ALICE);
        west.hearsDesktop(ALICE, true);

        east.went(ALICE, CLIENT_TYPE_WINDOWS);
        west.hearsDesktop(ALICE, false);
        west.went(ALICE, CLIENT_TYPE_ANDROID);
        east.hearsOffline(ALICE);
    }

    @Test
    void theDesktopIsToldToMobilesElsewhere() throws IOException {
        west.came(ALICE, CLIENT_TYPE_IOS);
        east.hearsOnline(ALICE);

        east.came(ALICE, CLIENT_TYPE_MAC);
        west.hearsOnline(ALICE);
        west.hearsDesktop(ALICE, true);
        east.hearsNothing();
    }

    @Test
    void answersWhoIsOnlineAndWithWhatElsewhere() throws IOException {
        east.users(client(ALICE, CLIENT_TYPE_WINDOWS), client(ALICE, CLIENT_TYPE_ANDROID));
        west.hearsOnline(ALICE);
        west.came(BOB, CLIENT_TYPE_IOS);
        west.hearsNothing();

        IMUsersStatRsp answer = west.ask(ALICE, BOB, CAROL, ALICE);

        assertThat(answer.getUserStatListList())
                .containsExactly(
                        stat(ALICE, USER_STATUS_ONLINE),
                        stat(BOB, USER_STATUS_ONLINE),
                        stat(CAROL, USER_STATUS_OFFLINE),
                        stat(ALICE, USER_STATUS_ONLINE));
        assertThat(west.ask(ALICE, BOB, CAROL).getClientListList())
                .containsExactly(client(ALICE, CLIENT_TYPE_WINDOWS), client(ALICE, CLIENT_TYPE_ANDROID));
        east.hearsOnline(BOB);
        assertThat(east.ask(ALICE, BOB, CAROL).getClientListList()).containsExactly(client(BOB, CLIENT_TYPE_IOS));
    }

    private static UserStat stat(int user, UserStatType status) {
        return UserStat.newBuilder().setUserId(user).setStatus(status).build();
    }

    @Test
    void tellsOfTheFirstUsersWhenTooManyAreAskedFor() throws IOException {
        try (RouteServer small = RouteServers.start("link.max-asked=2");
                FakeMsgServer link = FakeMsgServer.link(small, true)) {
            assertThat(link.ask(ALICE, BOB, CAROL).getUserStatListList())
                    .containsExactly(stat(ALICE, USER_STATUS_OFFLINE), stat(BOB, USER_STATUS_OFFLINE));
        }
    }

    @Test
    void aMsgServerThatGoesTakesItsUsersWithItAndOneThatComesBackSaysWhoIsThere() throws IOException {
        east.users(client(ALICE, CLIENT_TYPE_WINDOWS), client(BOB, CLIENT_TYPE_WINDOWS));
        west.hearsOnline(ALICE);
        west.hearsOnline(BOB);

        east.wire().reset();
        west.hearsOffline(ALICE);
        west.hearsOffline(BOB);
        assertThat(west.ask(ALICE).getUserStatListList()).containsExactly(stat(ALICE, USER_STATUS_OFFLINE));

        try (FakeMsgServer again = FakeMsgServer.link(server, true, client(ALICE, CLIENT_TYPE_WINDOWS))) {
            west.hearsOnline(ALICE);
            west.hearsNothing();
            again.hearsNothing();
        }
        west.hearsOffline(ALICE);
    }

    @Test
    void aListReplacesTheOneBefore() throws IOException {
        east.users(client(ALICE, CLIENT_TYPE_WINDOWS));
        west.hearsOnline(ALICE);

        east.users(client(BOB, CLIENT_TYPE_WINDOWS));
        west.hearsOffline(ALICE);
        west.hearsOnline(BOB);
    }

    @Test
    void whoIsListedAsOfflineIsNotThere() throws IOException {
        east.users(client(ALICE, CLIENT_TYPE_WINDOWS).toBuilder()
                .setStatus(USER_STATUS_OFFLINE)
                .build());
        east.hearsNothing();

        west.hearsNothing();
        assertThat(west.ask(ALICE).getUserStatListList()).containsExactly(stat(ALICE, USER_STATUS_OFFLINE));
    }

    @Test
    void anyRouteServerAnswersButOnlyTheMasterTells() throws IOException {
        try (RouteServer second = RouteServers.start();
                FakeMsgServer eastToSecond = FakeMsgServer.link(second, false);
                FakeMsgServer westToSecond = FakeMsgServer.link(second, false)) {
            east.came(ALICE, CLIENT_TYPE_WINDOWS);
            eastToSecond.came(ALICE, CLIENT_TYPE_WINDOWS);
            eastToSecond.hearsNothing();
            west.hearsOnline(ALICE);
            westToSecond.hearsNothing();
            assertThat(westToSecond.ask(ALICE).getClientListList()).containsExactly(client(ALICE, CLIENT_TYPE_WINDOWS));

            east.master(false);
            eastToSecond.master(true);
            east.went(ALICE, CLIENT_TYPE_WINDOWS);
            eastToSecond.went(ALICE, CLIENT_TYPE_WINDOWS);
            east.hearsNothing();
            west.hearsNothing();
            westToSecond.hearsOffline(ALICE);
        }
    }

    @Test
    void theOtherRouteServerGoesOnWhenOneIsLost() throws IOException {
        try (RouteServer second = RouteServers.start();
                FakeMsgServer eastToSecond = FakeMsgServer.link(second, false);
                FakeMsgServer westToSecond = FakeMsgServer.link(second, false)) {
            east.came(ALICE, CLIENT_TYPE_WINDOWS);
            eastToSecond.came(ALICE, CLIENT_TYPE_WINDOWS);
            west.hearsOnline(ALICE);

            server.close();
            east.wire().expectClosed();
            // Nothing is told on the way down: the user is still there.
            west.wire().expectClosed();

            eastToSecond.master(true);
            eastToSecond.went(ALICE, CLIENT_TYPE_WINDOWS);
            westToSecond.hearsOffline(ALICE);
        }
    }

    /** The longest list that a frame holds must not be more than the others can be told. */
    @Test
    void newsOfVeryManyUsersReachAMsgServerThatReadsLate() throws IOException {
        int users = 200_000;
        ServerUserStat[] clients = IntStream.range(0, users)
                .mapToObj(i -> client(i + 1, CLIENT_TYPE_WINDOWS))
                .toArray(ServerUserStat[]::new);

        east.users(clients);
        east.hearsNothing();

        for (int i = 0; i < users; i++) {
            west.hearsOnline(i + 1);
        }
        west.hearsNothing();
    }

    @Test
    void aMsgServerThatDoesNotReadItsNewsIsCutOff() throws IOException {
        try (RouteServer strict = RouteServers.start("link.max-news=1000");
                FakeMsgServer deaf = FakeMsgServer.link(strict, false);
                FakeMsgServer busy = FakeMsgServer.link(strict, true)) {
            ServerUserStat bob = client(BOB, CLIENT_TYPE_WINDOWS);
            deaf.users(bob);
            deaf.hearsNothing();

            busy.users(IntStream.range(0, 300_000)
                    .mapToObj(i -> client(i + 10, CLIENT_TYPE_WINDOWS))
                    .toArray(ServerUserStat[]::new));

            busy.hearsNothing();
            assertThat(busy.ask(BOB).getUserStatListList()).containsExactly(stat(BOB, USER_STATUS_OFFLINE));
        }
    }

    @Test
    void whoWantsEverythingHearsItFromTheMasterAlone() throws IOException {
        try (RouteServer second = RouteServers.start();
                FakeMsgServer northToSecond = FakeMsgServer.link(second, false);
                FakeMsgServer north = FakeMsgServer.link(server, false)) {
            north.wantsEverything(true);
            northToSecond.wantsEverything(false);
            assertThat(north.hearsEverybody()).isEmpty();
            northToSecond.hearsNothing();

            east.master(false);
            east.came(ALICE, CLIENT_TYPE_WINDOWS);
            east.hearsNothing();
            north.hearsOnline(ALICE);
            northToSecond.hearsNothing();
            west.hearsNothing();
        }
    }

    @Test
    void everybodyElsewhereIsListedBeforeWhatHappensNext() throws IOException {
        int users = 200_000;
        east.users(IntStream.range(0, users)
                .mapToObj(i -> client(i + 10, CLIENT_TYPE_WINDOWS))
                .toArray(ServerUserStat[]::new));
        east.hearsNothing();
        try (FakeMsgServer north = FakeMsgServer.link(server, false, client(BOB, CLIENT_TYPE_IOS))) {
            north.wantsEverything(true);
            north.users(client(CAROL, CLIENT_TYPE_IOS));
            east.came(ALICE, CLIENT_TYPE_ANDROID);
            east.went(10, CLIENT_TYPE_WINDOWS);

            List<ServerUserStat> everybody = north.hearsEverybody();

            assertThat(everybody).hasSize(users).doesNotContain(client(CAROL, CLIENT_TYPE_IOS));
            north.hearsOnline(ALICE);
            north.hearsOffline(10);
            north.hearsNothing();
        }
    }

    @Test
    void aListThatIsAskedForAgainBeginsAnew() throws IOException {
        east.users(client(ALICE, CLIENT_TYPE_WINDOWS));
        east.hearsNothing();
        try (FakeMsgServer north = FakeMsgServer.link(server, false)) {
            north.wantsEverything(true);
            assertThat(north.hearsEverybody()).containsExactly(client(ALICE, CLIENT_TYPE_WINDOWS));
            north.wantsEverything(false);
            east.went(ALICE, CLIENT_TYPE_WINDOWS);
            east.hearsNothing();
            north.hearsNothing();
            north.wantsEverything(true);
            assertThat(north.hearsEverybody()).isEmpty();
        }
    }
}
