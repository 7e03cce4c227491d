package im.db.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.db.domain.Department;
import im.db.domain.PasswordHash;
import im.db.domain.Profile;
import im.db.domain.Refused;
import im.db.domain.UserId;
import im.db.domain.UserName;
import im.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MySqlDepartmentsIT {
    private final FakeClock clock = new FakeClock();
    private TestDatabase schema;
    private Database database;
    private MySqlDepartments departments;

    @BeforeEach
    void open() {
        schema = TestDatabase.fresh();
        database = Database.openNow(TestSettings.of(schema));
        departments = new MySqlDepartments(database, clock);
    }

    @AfterEach
    void close() {
        database.close();
        schema.close();
    }

    @Test
    void listsWhatChangedSinceASecondIncludingThatSecond() throws Refused {
        assertThat(departments.add("Sales", 0, 7)).isOne();
        clock.advance(Duration.ofSeconds(10));
        assertThat(departments.add("Grüße 😀", 1, 4_294_967_295L)).isEqualTo(2);
        assertThat(departments.changedSince(clock.instant(), 10))
                .containsExactly(new Department(2, "Grüße 😀", 1, 4_294_967_295L, false, clock.instant()));
        assertThat(departments.changedSince(clock.instant().minusSeconds(10), 10))
                .extracting(Department::name)
                .containsExactly("Sales", "Grüße 😀");
        assertThat(departments.changedSince(clock.instant().minusSeconds(10), 1))
                .hasSize(1);
        assertThat(departments.changedSince(clock.instant().plusSeconds(1), 10)).isEmpty();
    }

    @Test
    void tellsThatADepartmentWasRemovedAndItsUsersAreInTheOneAbove() throws Exception {
        departments.add("All", 0, 0);
        departments.add("Sales", 1, 0);
        MySqlUsers users = new MySqlUsers(database, clock);
        UserId alice = users.add(new UserName("alice"), new PasswordHash("x"), Profile.ofNickName("Alice", 2));
        clock.advance(Duration.ofSeconds(10));
        departments.remove(2);
        assertThat(departments.changedSince(clock.instant(), 10))
                .containsExactly(new Department(2, "Sales", 1, 0, true, clock.instant()));
        assertThat(users.changedSince(clock.instant(), 10))
                .singleElement()
                .satisfies(user -> assertThat(user.profile().departmentId()).isOne());
        assertThat(users.find(List.of(alice))).hasSize(1);
        assertThat(departments.exists(1)).isTrue();
        assertThat(departments.exists(2)).isFalse();
    }

    @Test
    void refusesWhatWouldTearTheTree() throws Refused {
        assertThatThrownBy(() -> departments.add("Sales", 1, 0)).isInstanceOf(Refused.class);
        departments.add("All", 0, 0);
        departments.add("Sales", 1, 0);
        assertThatThrownBy(() -> departments.remove(1)).isInstanceOf(Refused.class);
        departments.remove(2);
        assertThatThrownBy(() -> departments.remove(2)).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> departments.add("Sales", 2, 0)).isInstanceOf(Refused.class);
        departments.remove(1);
    }
}
