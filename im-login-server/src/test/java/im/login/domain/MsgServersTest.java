package im.login.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MsgServersTest {
    private final MsgServers servers = new MsgServers(new Random(1));

    private static MsgServerAddress address(int port) {
        return new MsgServerAddress("10.0.0.1", "10.0.0.2", port);
    }

    private void announce(long link, int port, long connections, long max) {
        servers.announced(link, new MsgServer(address(port), "host", connections, max));
    }

    /** The ports that come up when many clients ask. */
    private Set<Integer> chosen() {
        return IntStream.range(0, 200)
                .mapToObj(i -> servers.choose().address().orElseThrow().port())
                .collect(Collectors.toSet());
    }

    @Test
    void thereMayBeNone() {
        assertThat(servers.choose()).isEqualTo(Choice.NO_MSG_SERVER);
        assertThat(servers.choose().outcome().code()).isEqualTo(1);
    }

    @Test
    void aFullOneIsNeverChosen() {
        announce(1, 8001, 10, 10);
        announce(2, 8002, 11, 10);
        announce(3, 8003, 0, 0);
        assertThat(servers.choose()).isEqualTo(Choice.MSG_SERVERS_FULL);
        assertThat(servers.choose().outcome().code()).isEqualTo(2);
        announce(4, 8004, 999, 1000);
        assertThat(chosen()).containsExactly(8004);
    }

    @Test
    void theSmallestShareComesFirstHoweverManyUsersThatAre() {
        announce(1, 8001, 50, 100);
        announce(2, 8002, 400, 1000);
        assertThat(chosen()).containsExactly(8002);
    }

    @Test
    void ofEqualSharesTheFewestUsersComeFirst() {
        announce(1, 8001, 30, 300);
        announce(2, 8002, 10, 100);
        announce(3, 8003, 20, 200);
        assertThat(chosen()).containsExactly(8002);
    }

    @Test
    void allThatAreEqualAreChosenAndNoOther() {
        announce(1, 8001, 1, 100);
        announce(2, 8002, 0, 100);
        announce(3, 8003, 0, 200);
        announce(4, 8004, 0, 100);
        assertThat(chosen()).containsExactlyInAnyOrder(8002, 8003, 8004);
    }

    @Test
    void usersWhoComeFillAServerAndUsersWhoGoMakeRoom() {
        announce(1, 8001, 0, 2);
        servers.userCame(1);
        servers.userCame(1);
        assertThat(servers.choose()).isEqualTo(Choice.MSG_SERVERS_FULL);
        servers.userWent(1);
        assertThat(servers.choose()).isEqualTo(new Choice(Choice.Outcome.FOUND, Optional.of(address(8001))));
    }

    @Test
    void choosingCountsNobody() {
        announce(1, 8001, 0, 1);
        servers.choose();
        assertThat(servers.choose().outcome()).isEqualTo(Choice.Outcome.FOUND);
    }

    @Test
    void aCountIsNeverBelowZero() {
        announce(1, 8001, 0, 1);
        servers.userWent(1);
        servers.userWent(1);
        servers.userCame(1);
        assertThat(servers.choose()).isEqualTo(Choice.MSG_SERVERS_FULL);
    }

    @Test
    void aServerThatIsGoneIsForgotten() {
        announce(1, 8001, 0, 10);
        announce(2, 8002, 5, 10);
        servers.gone(1);
        assertThat(chosen()).containsExactly(8002);
        servers.userCame(1);
        servers.gone(1);
        assertThat(servers.size()).isEqualTo(1);
    }

    @Test
    void sayingItAgainReplacesWhatWasSaidBefore() {
        announce(1, 8001, 10, 10);
        announce(1, 8011, 0, 10);
        assertThat(servers.size()).isEqualTo(1);
        assertThat(chosen()).containsExactly(8011);
    }

    @Test
    void aServerThatCameBackBeforeItsOldLinkWasGivenUpIsThereOnce() {
        announce(1, 8001, 9, 10);
        announce(2, 8001, 9, 10);
        servers.userWent(1);
        servers.userCame(1);
        servers.gone(1);
        assertThat(servers.size()).isEqualTo(1);
        servers.userCame(2);
        assertThat(servers.choose()).isEqualTo(Choice.MSG_SERVERS_FULL);
    }
}
