package im.route.domain;

import static im.route.domain.ClientKind.ANDROID;
import static im.route.domain.ClientKind.IOS;
import static im.route.domain.ClientKind.MAC;
import static im.route.domain.ClientKind.WINDOWS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PresenceTest {
    private static final UserId ALICE = new UserId(1);
    private static final UserId BOB = new UserId(2);

    private final Presence<RecordedServer> presence = new Presence<>();
    private final RecordedServer east = linked(true);
    private final RecordedServer west = linked(true);
    private final RecordedServer north = linked(true);

    private RecordedServer linked(boolean master) {
        RecordedServer server = new RecordedServer();
        presence.linked(server);
        presence.setMaster(server, master);
        return server;
    }

    private void came(RecordedServer server, UserId user, ClientKind kind) {
        presence.came(server, new Client(user, kind));
    }

    private void went(RecordedServer server, UserId user, ClientKind kind) {
        assertThat(presence.went(server, new Client(user, kind))).isTrue();
    }

    private void forgetWhatWasHeard() {
        List.of(east, west, north).forEach(RecordedServer::heard);
    }

    @Test
    void everybodyButTheOriginIsToldWhoComesAndGoes() {
        came(east, ALICE, WINDOWS);
        assertThat(west.heard()).containsExactly("user 1 online");
        assertThat(north.heard()).containsExactly("user 1 online");

        went(east, ALICE, WINDOWS);
        assertThat(west.heard()).containsExactly("user 1 offline");
        assertThat(north.heard()).containsExactly("user 1 offline");
        assertThat(east.heard()).isEmpty();
    }

    @Test
    void aUserIsOfflineWhenNoClientOfAnyKindIsLeftAnywhere() {
        came(east, ALICE, WINDOWS);
        came(east, ALICE, ANDROID);
        came(west, ALICE, IOS);
        forgetWhatWasHeard();

        went(east, ALICE, WINDOWS);
        went(east, ALICE, ANDROID);
        assertThat(north.heard()).isEmpty();
        assertThat(presence.isOnline(ALICE)).isTrue();

        went(west, ALICE, IOS);
        assertThat(north.heard()).containsExactly("user 1 offline");
        assertThat(presence.isOnline(ALICE)).isFalse();
    }

    @Test
    void everyClientThatComesIsTold() {
        came(east, ALICE, WINDOWS);
        came(west, ALICE, ANDROID);

        assertThat(north.heard()).containsExactly("user 1 online", "user 1 online");
    }

    @Test
    void clientsOfOneKindAreCounted() {
        came(east, ALICE, WINDOWS);
        came(east, ALICE, WINDOWS);
        forgetWhatWasHeard();

        went(east, ALICE, WINDOWS);
        assertThat(presence.isOnline(ALICE)).isTrue();
        assertThat(west.heard()).isEmpty();

        went(east, ALICE, WINDOWS);
        assertThat(presence.isOnline(ALICE)).isFalse();
        assertThat(west.heard()).containsExactly("user 1 offline");
    }

    @Test
    void whoGoesWithoutHavingComeChangesNothing() {
        came(east, ALICE, WINDOWS);
        forgetWhatWasHeard();

        assertThat(presence.went(west, new Client(ALICE, WINDOWS))).isFalse();
        assertThat(presence.went(east, new Client(ALICE, MAC))).isFalse();
        assertThat(presence.went(east, new Client(BOB, WINDOWS))).isFalse();

        assertThat(presence.isOnline(ALICE)).isTrue();
        assertThat(north.heard()).isEmpty();
    }

    @Test
    void aMobileElsewhereIsToldOfItsDesktop() {
        came(east, ALICE, ANDROID);
        forgetWhatWasHeard();

        came(west, ALICE, WINDOWS);
        assertThat(east.heard()).containsExactly("user 1 online", "desktop of 1 online");
        assertThat(north.heard()).containsExactly("user 1 online");

        went(west, ALICE, WINDOWS);
        assertThat(east.heard()).containsExactly("desktop of 1 offline");
        assertThat(north.heard()).isEmpty();
    }

    @Test
    void aDesktopIsGoneWhenNoneIsLeftAnywhere() {
        came(east, ALICE, ANDROID);
        came(west, ALICE, WINDOWS);
        came(north, ALICE, MAC);
        forgetWhatWasHeard();

        went(west, ALICE, WINDOWS);
        assertThat(east.heard()).isEmpty();

        went(north, ALICE, MAC);
        assertThat(east.heard()).containsExactly("desktop of 1 offline");
    }

    @Test
    void aMobileThatComesIsToldOfADesktopElsewhere() {
        came(east, ALICE, WINDOWS);
        forgetWhatWasHeard();

        came(west, ALICE, IOS);
        assertThat(west.heard()).containsExactly("desktop of 1 online");

        came(east, ALICE, IOS);
        assertThat(east.heard()).as("its own desktop it knows").containsExactly("user 1 online");
    }

    @Test
    void onlyTheMasterTells() {
        RecordedServer south = linked(false);

        came(south, ALICE, WINDOWS);
        came(south, BOB, ANDROID);
        went(south, ALICE, WINDOWS);
        assertThat(east.heard()).isEmpty();
        assertThat(presence.isOnline(BOB)).as("it knows all the same").isTrue();

        presence.setMaster(south, true);
        assertThat(east.heard()).isEmpty();
        went(south, BOB, ANDROID);
        assertThat(east.heard()).containsExactly("user 2 offline");

        presence.setMaster(south, false);
        came(south, BOB, ANDROID);
        assertThat(east.heard()).isEmpty();
    }

    @Test
    void aMsgServerIsNotMasteredUntilItSaysSo() {
        RecordedServer south = new RecordedServer();
        presence.linked(south);

        came(south, ALICE, WINDOWS);

        assertThat(east.heard()).isEmpty();
    }

    @Test
    void aMsgServerThatGoesTakesItsUsersWithIt() {
        came(east, ALICE, WINDOWS);
        came(east, BOB, WINDOWS);
        came(west, BOB, ANDROID);
        forgetWhatWasHeard();

        presence.unlinked(east);

        assertThat(presence.isOnline(ALICE)).isFalse();
        assertThat(presence.isOnline(BOB)).isTrue();
        assertThat(west.heard()).containsExactlyInAnyOrder("user 1 offline", "desktop of 2 offline");
        assertThat(north.heard()).containsExactly("user 1 offline");
        assertThat(east.heard()).isEmpty();
        assertThat(presence.linkCount()).isEqualTo(2);
        assertThat(presence.othersThan(west)).containsExactly(north);
    }

    @Test
    void ofAMsgServerThatGoesOnlyTheMasterTells() {
        RecordedServer south = linked(false);
        came(south, ALICE, WINDOWS);

        presence.unlinked(south);

        assertThat(east.heard()).isEmpty();
        assertThat(presence.isOnline(ALICE)).isFalse();
    }

    @Test
    void aListTellsOfThoseWhoWereNowhere() {
        came(west, BOB, ANDROID);
        forgetWhatWasHeard();

        presence.listed(east, List.of(new Client(ALICE, WINDOWS), new Client(BOB, WINDOWS)));

        assertThat(west.heard()).containsExactlyInAnyOrder("user 1 online", "desktop of 2 online");
        assertThat(north.heard()).containsExactly("user 1 online");
        assertThat(east.heard()).isEmpty();
    }

    @Test
    void aListReplacesWhatWasKnown() {
        came(east, ALICE, WINDOWS);
        came(east, ALICE, WINDOWS);
        forgetWhatWasHeard();

        presence.listed(east, List.of(new Client(BOB, IOS)));

        assertThat(presence.isOnline(ALICE)).isFalse();
        assertThat(presence.isOnline(BOB)).isTrue();
        assertThat(presence.userCount(east)).isEqualTo(1);
        assertThat(north.heard()).containsExactlyInAnyOrder("user 1 offline", "user 2 online");
    }

    @Test
    void aListThatChangesNothingIsNoNews() {
        came(east, ALICE, WINDOWS);
        forgetWhatWasHeard();

        presence.listed(east, List.of(new Client(ALICE, MAC)));

        assertThat(north.heard()).isEmpty();
    }

    @Test
    void aListOfMobilesIsToldOfDesktopsElsewhere() {
        came(west, ALICE, WINDOWS);
        forgetWhatWasHeard();

        presence.listed(east, List.of(new Client(ALICE, IOS)));

        assertThat(east.heard()).containsExactly("desktop of 1 online");
    }

    @Test
    void saysWithWhichKindsAUserIsElsewhere() {
        came(east, ALICE, WINDOWS);
        came(west, ALICE, ANDROID);
        came(north, ALICE, ANDROID);
        came(north, ALICE, IOS);

        assertThat(presence.kindsElsewhere(ALICE, east)).containsExactly(IOS, ANDROID);
        assertThat(presence.kindsElsewhere(ALICE, north)).containsExactly(WINDOWS, ANDROID);
        assertThat(presence.kindsElsewhere(BOB, east)).isEmpty();
    }

    @Test
    void knowsTheHostsOfUsersOtherThanTheOrigin() {
        came(east, ALICE, WINDOWS);
        came(west, ALICE, ANDROID);
        came(west, BOB, WINDOWS);

        assertThat(presence.hostsOf(List.of(ALICE), north)).containsExactlyInAnyOrder(east, west);
        assertThat(presence.hostsOf(List.of(ALICE, BOB), east)).containsExactly(west);
        assertThat(presence.hostsOf(List.of(BOB), west)).isEmpty();
        assertThat(presence.hostsOf(List.of(new UserId(3)), west)).isEmpty();
    }

    @Test
    void aMsgServerWithoutUsersLeavesNothingBehind() {
        came(east, ALICE, WINDOWS);
        went(east, ALICE, WINDOWS);

        assertThat(presence.userCount(east)).isZero();
        assertThat(presence.hostsOf(List.of(ALICE), west)).isEmpty();
    }

    /** A link that broke unseen is still there when its msg-server has come back with a new one. */
    @Test
    void theEndOfAnOldLinkDoesNotTakeUsersOfTheNewOne() {
        came(east, ALICE, WINDOWS);
        came(east, BOB, WINDOWS);
        RecordedServer eastAgain = linked(true);
        presence.listed(eastAgain, List.of(new Client(ALICE, WINDOWS)));
        forgetWhatWasHeard();

        presence.unlinked(east);

        assertThat(west.heard()).containsExactly("user 2 offline");
        assertThat(presence.isOnline(ALICE)).isTrue();
    }

    // Who wants everything

    private RecordedServer hearing(Hearing hearing) {
        RecordedServer server = linked(hearing == Hearing.EVERYTHING);
        presence.setHearing(server, hearing);
        return server;
    }

    @Test
    void everythingBeginsWithEverybodyElsewhere() {
        RecordedServer south = hearing(Hearing.NOTHING);
        came(south, ALICE, WINDOWS);
        came(east, ALICE, ANDROID);
        came(east, BOB, WINDOWS);
        came(west, BOB, WINDOWS);
        assertThat(south.heard()).isEmpty();

        presence.setHearing(south, Hearing.EVERYTHING);

        assertThat(south.heard()).containsExactly("everybody: 1 ANDROID, 2 WINDOWS");
    }

    @Test
    void everythingIsToldWhoeverIsTheMaster() {
        RecordedServer south = hearing(Hearing.EVERYTHING);
        assertThat(south.heard()).containsExactly("everybody: ");
        presence.setMaster(east, false);

        came(east, ALICE, WINDOWS);
        assertThat(south.heard()).containsExactly("user 1 online");
        presence.listed(east, List.of(new Client(BOB, WINDOWS)));
        assertThat(south.heard()).containsExactlyInAnyOrder("user 1 offline", "user 2 online");
        went(east, BOB, WINDOWS);
        assertThat(south.heard()).containsExactly("user 2 offline");
    }

    @Test
    void everythingIsChangesElsewhereOnly() {
        RecordedServer south = hearing(Hearing.EVERYTHING);
        south.heard();

        came(south, ALICE, ANDROID);
        came(east, ALICE, WINDOWS);
        came(east, ALICE, IOS);
        assertThat(south.heard()).containsExactly("user 1 online", "desktop of 1 online");
        came(west, ALICE, IOS);
        went(east, ALICE, WINDOWS);
        went(east, ALICE, IOS);
        assertThat(south.heard()).as("still in the west").containsExactly("desktop of 1 offline");
        went(west, ALICE, IOS);
        assertThat(south.heard()).as("nowhere else").containsExactly("user 1 offline");
    }

    @Test
    void whoHearsNothingIsToldNothingEvenByAMaster() {
        RecordedServer south = hearing(Hearing.NOTHING);
        came(south, ALICE, ANDROID);

        came(east, ALICE, WINDOWS);
        came(south, ALICE, IOS);
        presence.unlinked(east);

        assertThat(south.heard()).isEmpty();
    }

    @Test
    void aMobileThatComesIsToldOfADesktopElsewhereByItsMaster() {
        RecordedServer south = hearing(Hearing.EVERYTHING);
        came(east, ALICE, WINDOWS);
        south.heard();

        came(south, ALICE, IOS);

        assertThat(south.heard()).containsExactly("desktop of 1 online");
    }
}
