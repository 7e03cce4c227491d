package im.db.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import im.db.domain.OfflineFile;
import im.db.domain.OfflineFiles.Added;
import im.db.domain.TaskId;
import im.db.domain.UserId;
import im.testkit.TestDatabase;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MySqlOfflineFilesIT {
    private static final UserId ALICE = new UserId(1);
    private static final UserId BOB = new UserId(2);
    private static final UserId CAROL = new UserId(4_294_967_295L);
    private static final int ALL = 100;

    private TestDatabase schema;
    private Database database;
    private MySqlOfflineFiles files;

    @BeforeEach
    void open() {
        schema = TestDatabase.fresh();
        database = Database.openNow(TestSettings.of(schema));
        files = new MySqlOfflineFiles(database, new FakeClock());
    }

    @AfterEach
    void close() {
        database.close();
        schema.close();
    }

    private static OfflineFile file(String taskId, UserId from, UserId to) {
        return new OfflineFile(
                new TaskId(taskId), from, to, "grüße 😀.txt", 5_000_000_000L, Optional.of("file-server-1"));
    }

    @Test
    void listsWhatWasAddedInThatOrder() {
        List<OfflineFile> added = List.of(
                file("z", ALICE, BOB),
                file("a", CAROL, BOB),
                new OfflineFile(new TaskId("m"), ALICE, BOB, "x".repeat(1024), 0, Optional.empty()));
        added.forEach(file -> assertThat(files.add(file)).isEqualTo(Added.RECORDED));
        files.add(file("other", ALICE, CAROL));
        assertThat(files.waitingFor(BOB, ALL)).isEqualTo(added);
        assertThat(files.waitingFor(BOB, 2)).isEqualTo(added.subList(0, 2));
        assertThat(files.waitingFor(ALICE, ALL)).isEmpty();
    }

    @Test
    void recordsTheSameFileOnce() {
        assertThat(files.add(file("t", ALICE, BOB))).isEqualTo(Added.RECORDED);
        assertThat(files.add(file("t", ALICE, BOB))).isEqualTo(Added.RECORDED);
        assertThat(files.waitingFor(BOB, ALL)).hasSize(1);
    }

    @Test
    void refusesATaskIdThatIsAnotherTransfersAndChangesNothing() {
        OfflineFile first = file("t", ALICE, BOB);
        files.add(first);
        assertThat(files.add(file("t", CAROL, BOB))).isEqualTo(Added.REFUSED);
        assertThat(files.add(file("t", ALICE, CAROL))).isEqualTo(Added.REFUSED);
        assertThat(files.add(new OfflineFile(new TaskId("t"), ALICE, BOB, "other.txt", 1, Optional.empty())))
                .isEqualTo(Added.REFUSED);
        assertThat(files.waitingFor(BOB, ALL)).containsExactly(first);
        assertThat(files.waitingFor(CAROL, ALL)).isEmpty();
    }

    @Test
    void tellsTaskIdsApartByCase() {
        files.add(file("task", ALICE, BOB));
        assertThat(files.add(file("TASK", ALICE, BOB))).isEqualTo(Added.RECORDED);
        assertThat(files.waitingFor(BOB, ALL)).hasSize(2);
    }

    @Test
    void deletesForItsReceiverOnly() {
        files.add(file("t", ALICE, BOB));
        files.delete(new TaskId("t"), CAROL);
        files.delete(new TaskId("t"), ALICE);
        assertThat(files.waitingFor(BOB, ALL)).hasSize(1);
        files.delete(new TaskId("t"), BOB);
        assertThat(files.waitingFor(BOB, ALL)).isEmpty();
        files.delete(new TaskId("t"), BOB);
    }

    @Test
    void isThereAgainWhenTheDatabaseIsOpenedAgain() {
        files.add(file("t", ALICE, BOB));
        database.close();
        database = Database.openNow(TestSettings.of(schema));
        assertThat(new MySqlOfflineFiles(database, new FakeClock()).waitingFor(BOB, ALL))
                .hasSize(1);
    }
}
