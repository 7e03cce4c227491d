package im.file.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UploadBudgetTest {
    /** An upload that goes on for ever, with answers as fast as its pulls. */
    private static final class Endless {
        private final PullWindow window;
        private long asked;
        private long answered;

        Endless(UploadBudget budget) {
            window = new PullWindow(0, Long.MAX_VALUE, 1, 1000, budget);
        }

        void round() {
            window.askFor((offset, length) -> asked += length);
            for (long due = asked - answered; due > 0; due--) {
                window.received();
                window.written(1);
                answered++;
                window.askFor((offset, length) -> asked += length);
            }
        }

        long inFlight() {
            return asked - answered;
        }
    }

    @Test
    void isNeverExceededByMoreThanOneBlockOfEachUpload() {
        UploadBudget budget = new UploadBudget(100);
        List<Endless> uploads = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            uploads.add(new Endless(budget));
            uploads.forEach(Endless::round);
            assertThat(budget.taken()).isLessThanOrEqualTo(100 + uploads.size());
            assertThat(uploads).allMatch(upload -> upload.inFlight() >= 1);
        }
    }

    @Test
    void isSharedFairlyWithThoseThatComeLater() {
        UploadBudget budget = new UploadBudget(100);
        Endless first = new Endless(budget);
        for (int i = 0; i < 20; i++) {
            first.round();
        }
        assertThat(first.inFlight()).isEqualTo(50);
        Endless second = new Endless(budget);
        for (int i = 0; i < 50; i++) {
            first.round();
            second.round();
        }
        assertThat(first.inFlight()).isBetween(25L, 40L);
        assertThat(second.inFlight()).isBetween(25L, 40L);
    }

    @Test
    void isSharedBetweenThreads() throws Exception {
        UploadBudget budget = new UploadBudget(100);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(threads.submit(() -> {
                    for (int j = 0; j < 100_000; j++) {
                        if (budget.tryTake(10, 0)) {
                            assertThat(budget.taken()).isBetween(10L, 100L);
                            budget.giveBack(10);
                        }
                    }
                }));
            }
            for (Future<?> each : all) {
                each.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(budget.taken()).isZero();
    }
}
