package im.db.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.db.domain.StorageFailure;
import im.testkit.TestDatabase;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DatabaseTransactionIT {
    private final ExecutorService background = Executors.newSingleThreadExecutor();
    private TestDatabase schema;
    private Database database;

    @BeforeEach
    void open() throws Exception {
        schema = TestDatabase.fresh();
        database = Database.openNow(TestSettings.of(schema));
        schema.execute("CREATE TABLE counter (id INT PRIMARY KEY, n INT NOT NULL) ENGINE = InnoDB");
        schema.execute("INSERT INTO counter VALUES (1, 0), (2, 0)");
    }

    @AfterEach
    void close() {
        background.shutdownNow();
        database.close();
        schema.close();
    }

    private static void count(Handle handle, int id) {
        handle.execute("UPDATE counter SET n = n + 1 WHERE id = ?", id);
    }

    private int counted() {
        return database.with(handle -> handle.createQuery("SELECT SUM(n) FROM counter")
                .mapTo(int.class)
                .one());
    }

    @Test
    void nothingOfWhatFailsCounts() {
        assertThatThrownBy(() -> database.inTransaction(handle -> {
                    count(handle, 1);
                    throw new IllegalStateException("changed my mind");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(counted()).isZero();
    }

    @Test
    void transactionsThatWaitForEachOtherBothSucceed() throws Exception {
        CyclicBarrier bothHoldOne = new CyclicBarrier(2);
        AtomicInteger attempts = new AtomicInteger();
        Future<?> other = background.submit(() -> crosswise(2, 1, bothHoldOne, attempts));
        crosswise(1, 2, bothHoldOne, attempts);
        other.get();
        assertThat(counted()).isEqualTo(4);
        assertThat(attempts.get()).isEqualTo(3);
    }

    private Void crosswise(int first, int second, CyclicBarrier bothHoldOne, AtomicInteger attempts) throws Exception {
        return database.inTransaction(handle -> {
            int attempt = attempts.incrementAndGet();
            count(handle, first);
            if (attempt <= 2) {
                bothHoldOne.await();
            }
            count(handle, second);
            return null;
        });
    }

    @Test
    void beginsAgainWhenALockIsNotHadInTime() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        Future<?> holder = background.submit(() -> database.inTransaction(handle -> {
            count(handle, 1);
            held.countDown();
            letGo.await();
            return null;
        }));
        held.await();
        AtomicInteger attempts = new AtomicInteger();
        database.inTransaction(handle -> {
            if (attempts.incrementAndGet() == 2) {
                letGo.countDown();
            }
            count(handle, 2);
            count(handle, 1);
            return null;
        });
        holder.get();
        assertThat(attempts.get()).isEqualTo(2);
        assertThat(counted()).isEqualTo(3);
    }

    @Test
    void givesUpWhenItLosesTooOften() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        assertThatThrownBy(() -> database.inTransaction(handle -> {
                    attempts.incrementAndGet();
                    handle.execute("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213");
                    return null;
                }))
                .isInstanceOf(StorageFailure.class);
        assertThat(attempts.get()).isEqualTo(4);
    }
}
