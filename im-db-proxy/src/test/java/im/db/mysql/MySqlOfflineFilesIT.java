package im.db.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import im.db.domain.OfflineFile;
import im.db.domain.OfflineFiles.Added;
import im.db.domain.OfflineFiles.Fate;
import im.db.domain.TaskId;
import im.db.domain.UserId;
import im.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MySqlOfflineFilesIT {
    private static final UserId ALICE = new UserId(1);
    private static final UserId BOB = new UserId(2);
    private static final UserId CAROL = new UserId(4_294_967_295L);
    private static final int ALL = 100;
    private static final HashCode SHA256 = Hashing.sha256().hashInt(1);

    private TestDatabase schema;
    private Database database;
    private MySqlOfflineFiles files;
    private final FakeClock clock = new FakeClock();

    @BeforeEach
    void open() {
        schema = TestDatabase.fresh();
        database = Database.openNow(TestSettings.of(schema));
        files = new MySqlOfflineFiles(database, clock);
    }

    @AfterEach
    void close() {
        database.close();
        schema.close();
    }

    private static OfflineFile file(String taskId, UserId from, UserId to) {
        return new OfflineFile(
                new TaskId(taskId),
                from,
                to,
                "grüße 😀.txt",
                5_000_000_000L,
                Optional.of("file-server-1"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private OfflineFile expiring(String taskId, Duration in) {
        OfflineFile file = file(taskId, ALICE, BOB);
        return new OfflineFile(
                file.taskId(),
                file.from(),
                file.to(),
                file.fileName(),
                file.size(),
                file.fileServerId(),
                Optional.of(clock.instant().plus(in)),
                Optional.of(SHA256),
                file.group());
    }

    private static OfflineFile bare(String taskId, String name, long size) {
        return new OfflineFile(
                new TaskId(taskId),
                ALICE,
                BOB,
                name,
                size,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void listsWhatWasAddedInThatOrder() {
        List<OfflineFile> added = List.of(
                file("z", ALICE, BOB),
                file("a", CAROL, BOB),
                bare("m", "x".repeat(1024), 0),
                expiring("e", Duration.ofDays(1)));
        added.forEach(file -> assertThat(files.add(file)).isEqualTo(Added.RECORDED));
        files.add(file("other", ALICE, CAROL));
        assertThat(files.waitingFor(BOB, ALL)).isEqualTo(added);
        assertThat(files.waitingFor(BOB, 2)).isEqualTo(added.subList(0, 2));
        assertThat(files.waitingFor(ALICE, ALL)).isEmpty();
    }

    @Test
    void takesSqlInAFileNameForWhatItIsText() {
        OfflineFile file = bare("t", "x', 1); DROP TABLE offline_file; -- \\' \" ` ? :name", 1);
        files.add(file);
        assertThat(files.waitingFor(BOB, ALL)).containsExactly(file);
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
        assertThat(files.add(bare("t", "other.txt", 1))).isEqualTo(Added.REFUSED);
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
    void whatWasDeletedStaysDeletedHoweverOftenItIsReported() {
        files.add(file("t", ALICE, BOB));
        files.delete(new TaskId("t"), BOB);
        assertThat(files.add(file("t", ALICE, BOB))).isEqualTo(Added.GONE);
        assertThat(files.add(file("t", CAROL, BOB))).isEqualTo(Added.REFUSED);
        assertThat(files.waitingFor(BOB, ALL)).isEmpty();
    }

    @Test
    void learnsLaterWhatWasNotKnownFirst() {
        OfflineFile known = expiring("t", Duration.ofDays(30));
        files.add(bare("t", known.fileName(), known.size()));
        assertThat(files.add(known)).isEqualTo(Added.RECORDED);
        assertThat(files.waitingFor(BOB, ALL)).containsExactly(known);
        files.add(bare("t", known.fileName(), known.size()));
        assertThat(files.waitingFor(BOB, ALL)).containsExactly(known);
    }

    @Test
    void listsNothingThatHasExpired() {
        files.add(expiring("t", Duration.ofHours(1)));
        clock.advance(Duration.ofHours(1).minusSeconds(1));
        assertThat(files.waitingFor(BOB, ALL)).hasSize(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(files.waitingFor(BOB, ALL)).isEmpty();
    }

    @Test
    void saysWhatBecameOfFiles() {
        TaskId waits = new TaskId("waits");
        TaskId gone = new TaskId("gone");
        files.add(file("waits", ALICE, BOB));
        files.add(file("gone", ALICE, BOB));
        files.delete(gone, BOB);
        assertThat(files.fatesOf(List.of(waits, gone, new TaskId("unknown"))))
                .isEqualTo(Map.of(waits, Fate.WAITS, gone, Fate.GONE));
        assertThat(files.fatesOf(List.of())).isEmpty();
    }

    @Test
    void forgetsWhatEndedLongAgoAndNothingElse() {
        files.add(file("waits-for-ever", ALICE, BOB));
        files.add(expiring("waits", Duration.ofDays(100)));
        files.add(file("deleted", ALICE, BOB));
        files.delete(new TaskId("deleted"), BOB);
        files.add(expiring("expired", Duration.ofDays(1)));
        files.add(expiring("expired-and-deleted", Duration.ofDays(1)));
        files.delete(new TaskId("expired-and-deleted"), BOB);
        // A file-server that comes back may still have it, and must not hear that it is unknown.
        files.add(expiring("deleted-and-not-expired", Duration.ofDays(100)));
        files.delete(new TaskId("deleted-and-not-expired"), BOB);

        assertThat(files.forgetEndedBefore(clock.instant().plus(Duration.ofDays(1)), ALL))
                .isOne();
        clock.advance(Duration.ofDays(10));
        assertThat(files.forgetEndedBefore(clock.instant(), 1)).isOne();
        assertThat(files.forgetEndedBefore(clock.instant(), ALL)).isOne();
        assertThat(files.forgetEndedBefore(clock.instant(), ALL)).isZero();
        assertThat(files.fatesOf(List.of(
                        new TaskId("waits-for-ever"),
                        new TaskId("waits"),
                        new TaskId("deleted"),
                        new TaskId("expired"),
                        new TaskId("expired-and-deleted"),
                        new TaskId("deleted-and-not-expired"))))
                .isEqualTo(Map.of(
                        new TaskId("waits-for-ever"),
                        Fate.WAITS,
                        new TaskId("waits"),
                        Fate.WAITS,
                        new TaskId("deleted-and-not-expired"),
                        Fate.GONE));
    }

    @Test
    void filesFromBeforeTheTombstonesStillWait() throws Exception {
        try (TestDatabase older = TestDatabase.fresh()) {
            Flyway.configure()
                    .dataSource(older.jdbcUrl(), older.user(), older.password())
                    .target("1")
                    .load()
                    .migrate();
            older.execute("INSERT INTO offline_file (task_id, from_id, to_id, file_name, file_size, created)"
                    + " VALUES ('t', 1, 2, 'f', 7, 1700000000)");
            try (Database migrated = Database.openNow(TestSettings.of(older))) {
                assertThat(new MySqlOfflineFiles(migrated, clock).waitingFor(BOB, ALL))
                        .containsExactly(bare("t", "f", 7));
            }
        }
    }

    @Test
    void isThereAgainWhenTheDatabaseIsOpenedAgain() {
        files.add(file("t", ALICE, BOB));
        database.close();
        database = Database.openNow(TestSettings.of(schema));
        assertThat(new MySqlOfflineFiles(database, clock).waitingFor(BOB, ALL)).hasSize(1);
    }
}
