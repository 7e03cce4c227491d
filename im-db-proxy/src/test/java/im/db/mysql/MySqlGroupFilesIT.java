package im.db.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import im.db.domain.GroupId;
import im.db.domain.GroupKind;
import im.db.domain.NewGroup;
import im.db.domain.OfflineFile;
import im.db.domain.OfflineFiles.Added;
import im.db.domain.OfflineFiles.Fate;
import im.db.domain.Refused;
import im.db.domain.TaskId;
import im.db.domain.UserId;
import im.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files that wait for everybody in a group. */
@Timeout(60)
class MySqlGroupFilesIT {
    private static final int ALL = 100;
    private static final TaskId TASK = new TaskId("t");

    private final FakeClock clock = new FakeClock();
    private TestDatabase schema;
    private Database database;
    private MySqlOfflineFiles files;
    private MySqlGroups groups;
    private UserId alice;
    private UserId bob;
    private UserId carol;
    private UserId dave;
    private GroupId group;

    @BeforeEach
    void open() throws Exception {
        schema = TestDatabase.fresh();
        database = Database.openNow(TestSettings.of(schema));
        files = new MySqlOfflineFiles(database, clock);
        groups = new MySqlGroups(database, new GroupMembers(), ALL, clock);
        alice = TestUsers.add(database, clock, "alice");
        bob = TestUsers.add(database, clock, "bob");
        carol = TestUsers.add(database, clock, "carol");
        dave = TestUsers.add(database, clock, "dave");
        group = create(bob, carol);
    }

    @AfterEach
    void close() {
        database.close();
        schema.close();
    }

    private GroupId create(UserId... others) throws Refused {
        return groups.create(new NewGroup(alice, GroupKind.NORMAL, "cooks", "", Set.of(others), Optional.empty()))
                .id();
    }

    private OfflineFile file(TaskId task, GroupId to, Duration expiresIn) {
        return new OfflineFile(
                task,
                alice,
                alice,
                "menu.pdf",
                7,
                Optional.of("file-server-1"),
                Optional.of(clock.instant().plus(expiresIn)),
                Optional.empty(),
                Optional.of(to));
    }

    private OfflineFile add(String task) {
        OfflineFile file = file(new TaskId(task), group, Duration.ofDays(30));
        assertThat(files.add(file)).isEqualTo(Added.RECORDED);
        return file;
    }

    private Fate fate() {
        return files.fatesOf(List.of(TASK)).get(TASK);
    }

    private void assertWaitsFor(UserId... users) {
        for (UserId user : List.of(alice, bob, carol, dave)) {
            boolean waits = List.of(users).contains(user);
            assertThat(files.waitsFor(TASK, user)).as("for %s", user).isEqualTo(waits);
            assertThat(files.waitingFor(user, ALL)).as("for %s", user).hasSize(waits ? 1 : 0);
        }
    }

    @Test
    void waitsForEveryMemberButItsSender() {
        OfflineFile file = add("t");
        assertWaitsFor(bob, carol);
        assertThat(files.waitingFor(bob, ALL)).containsExactly(file);
        assertThat(files.waitsFor(new TaskId("another"), bob)).isFalse();
    }

    @Test
    void isListedAmongOthersInTheOrderOfRecording() throws Exception {
        OfflineFile first = add("z");
        OfflineFile own = new OfflineFile(
                new TaskId("m"),
                alice,
                bob,
                "f",
                1,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        files.add(own);
        OfflineFile last = file(new TaskId("a"), create(bob), Duration.ofDays(1));
        files.add(last);
        assertThat(files.waitingFor(bob, ALL)).containsExactly(first, own, last);
        assertThat(files.waitingFor(bob, 2)).containsExactly(first, own);
    }

    @Test
    void waitsForTheOthersWhenOneHasFetchedItAndForNobodyAfterTheLast() {
        add("t");
        files.delete(TASK, bob);
        files.delete(TASK, bob);
        assertWaitsFor(carol);
        assertThat(fate()).isEqualTo(Fate.WAITS);
        files.delete(TASK, carol);
        assertWaitsFor();
        assertThat(fate()).isEqualTo(Fate.GONE);
        assertThat(files.add(file(TASK, group, Duration.ofDays(30)))).isEqualTo(Added.GONE);
    }

    @Test
    void whoHasNoPartInItEndsNothing() {
        add("t");
        files.delete(TASK, alice);
        files.delete(TASK, dave);
        assertWaitsFor(bob, carol);
        assertThat(fate()).isEqualTo(Fate.WAITS);
    }

    @Test
    void theLastTwoMembersMayFinishAtTheSameTime() throws Exception {
        ExecutorService both = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 20; i++) {
                TaskId task = new TaskId("t" + i);
                files.add(file(task, group, Duration.ofDays(30)));
                CyclicBarrier together = new CyclicBarrier(2);
                List<Future<?>> done = new ArrayList<>();
                for (UserId member : List.of(bob, carol)) {
                    done.add(both.submit(() -> {
                        together.await();
                        files.delete(task, member);
                        return null;
                    }));
                }
                for (Future<?> one : done) {
                    one.get();
                }
                assertThat(files.fatesOf(List.of(task))).isEqualTo(Map.of(task, Fate.GONE));
            }
        } finally {
            both.shutdownNow();
        }
    }

    @Test
    void whoWasRemovedGetsItNoMoreAndWhoHasJoinedDoes() throws Exception {
        add("t");
        groups.remove(alice, group, Set.of(bob));
        groups.add(alice, group, Set.of(dave));
        assertWaitsFor(carol, dave);
        files.delete(TASK, bob);
        files.delete(TASK, dave);
        files.delete(TASK, carol);
        assertThat(fate()).isEqualTo(Fate.GONE);
    }

    @Test
    void whoComesBackGetsWhatHeHasNotFetched() throws Exception {
        add("t");
        files.delete(TASK, bob);
        groups.remove(alice, group, Set.of(bob, carol));
        groups.add(alice, group, Set.of(bob, carol));
        assertWaitsFor(carol);
    }

    @Test
    void expiresAsAnyOther() {
        add("t");
        clock.advance(Duration.ofDays(30));
        assertWaitsFor();
        assertThat(fate()).isEqualTo(Fate.WAITS);
        files.deleteForGroup(TASK);
        assertThat(fate()).isEqualTo(Fate.GONE);
    }

    @Test
    void onlyFilesOfGroupsAreDeletedForAGroup() {
        files.add(new OfflineFile(
                TASK, alice, bob, "f", 1, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
        files.deleteForGroup(TASK);
        assertThat(fate()).isEqualTo(Fate.WAITS);
    }

    @Test
    void whoIsDoneIsForgottenWithTheFile() throws Exception {
        add("t");
        files.delete(TASK, bob);
        clock.advance(Duration.ofDays(31));
        assertThat(files.forgetEndedBefore(clock.instant(), ALL)).isOne();
        try (Connection connection = schema.connect();
                ResultSet left = connection.createStatement().executeQuery("SELECT 1 FROM offline_file_done")) {
            assertThat(left.next()).isFalse();
        }
    }

    @Test
    void theSameTaskForAnotherGroupOrUserIsRefused() throws Exception {
        OfflineFile file = add("t");
        assertThat(files.add(file)).isEqualTo(Added.RECORDED);
        assertThat(files.add(file(TASK, create(bob), Duration.ofDays(30)))).isEqualTo(Added.REFUSED);
        assertThat(files.add(new OfflineFile(
                        TASK,
                        alice,
                        bob,
                        "menu.pdf",
                        7,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())))
                .isEqualTo(Added.REFUSED);
    }
}
