package im.msg.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnlineUsersTest {
    private static final UserId ALICE = new UserId(1);

    private final OnlineUsers online = new OnlineUsers();
    private final RecordedClient windows = new RecordedClient(1, ClientKind.WINDOWS);

    @ParameterizedTest
    @CsvSource({
        "WINDOWS, WINDOWS, true",
        "WINDOWS, MAC, true",
        "MAC, WINDOWS, true",
        "WINDOWS, IOS, false",
        "ANDROID, MAC, false",
        "IOS, IOS, true",
        "ANDROID, ANDROID, true",
        "IOS, ANDROID, false"
    })
    void thereIsOneDesktopAndOneMobileOfEachKind(ClientKind first, ClientKind second, boolean displaced) {
        RecordedClient before = new RecordedClient(1, first);
        RecordedClient after = new RecordedClient(1, second);
        online.add(before);
        if (displaced) {
            assertThat(online.add(after)).containsExactly(before);
            assertThat(online.remove(before)).isFalse();
        } else {
            assertThat(online.add(after)).isEmpty();
            assertThat(online.remove(before)).isTrue();
        }
        assertThat(online.remove(after)).isTrue();
        assertThat(online.isOnline(ALICE)).isFalse();
    }

    @Test
    void anotherUserDisplacesNobody() {
        online.add(windows);
        assertThat(online.add(new RecordedClient(2, ClientKind.WINDOWS))).isEmpty();
        assertThat(online.desktops()).hasSize(2);
    }

    @Test
    void aUserOnAMobileOnlyIsOnlineButNotOnADesktop() {
        RecordedClient mobile = new RecordedClient(1, ClientKind.IOS);
        online.add(mobile);
        assertThat(online.isOnline(ALICE)).isTrue();
        assertThat(online.isOnDesktop(ALICE)).isFalse();
        assertThat(online.mobilesOf(ALICE)).containsExactly(mobile);
        assertThat(online.desktops()).isEmpty();
    }

    @Test
    void desktopsAreThoseThatAreThere() {
        RecordedClient mac = new RecordedClient(1, ClientKind.MAC);
        RecordedClient other = new RecordedClient(2, ClientKind.WINDOWS);
        online.add(windows);
        online.add(other);
        online.add(new RecordedClient(2, ClientKind.IOS));
        assertThat(online.desktops()).containsExactlyInAnyOrder(windows, other);
        online.add(mac);
        assertThat(online.desktops()).as("windows was displaced").containsExactlyInAnyOrder(mac, other);
        online.remove(windows);
        online.remove(other);
        assertThat(online.desktops()).containsExactly(mac);
    }

    @Test
    void removingTwiceIsNoticed() {
        online.add(windows);
        assertThat(online.isOnDesktop(ALICE)).isTrue();
        assertThat(online.remove(windows)).isTrue();
        assertThat(online.remove(windows)).isFalse();
        assertThat(online.isOnline(ALICE)).isFalse();
    }
}
