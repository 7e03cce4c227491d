package im.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.User;
import java.util.List;
import org.junit.jupiter.api.Test;

class UserNamesTest {
    private final UserNames names = new UserNames(
            List.of(new User(1, "alice", "Alice"), new User(2, "7", "Seven"), new User(-1, "max", "Max")));

    @Test
    void findsByNameThenById() {
        assertThat(names.find("alice")).contains(1);
        assertThat(names.find("7")).as("a name that looks like an id").contains(2);
        assertThat(names.find("9")).contains(9);
        assertThat(names.find("4294967295")).contains(-1);
    }

    @Test
    void doesNotTakeWhatIsNeither() {
        for (String nobody : List.of("bob", "Alice", "0", "-1", "+1", "4294967296", "")) {
            assertThat(names.find(nobody)).as(nobody).isEmpty();
        }
    }

    @Test
    void namesTheUnknownById() {
        assertThat(names.of(1)).isEqualTo("alice");
        assertThat(names.of(-2)).isEqualTo("user 4294967294");
    }
}
