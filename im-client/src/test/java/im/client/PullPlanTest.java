package im.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PullPlanTest {

    @Test
    void asksForAllOfItInOrderAndTheExactRestLast() {
        PullPlan plan = new PullPlan(10, 4, 3, 100);
        assertThat(ask(plan)).containsExactly("0+4", "4+4", "8+2");
    }

    @Test
    void hasNoMoreOnItsWayThanTheOtherSideStands() {
        PullPlan plan = new PullPlan(100, 10, 2, 1000);
        assertThat(ask(plan)).containsExactly("0+10", "10+10");
        plan.received();
        assertThat(ask(plan)).containsExactly("20+10");
        plan.received();
        plan.received();
        assertThat(ask(plan)).containsExactly("30+10", "40+10");
    }

    @Test
    void waitsForTheDisk() {
        PullPlan plan = new PullPlan(100, 10, 8, 20);
        assertThat(ask(plan)).containsExactly("0+10", "10+10");
        plan.received();
        plan.received();
        assertThat(ask(plan)).isEmpty();
        plan.written(10);
        assertThat(ask(plan)).containsExactly("20+10");
    }

    @Test
    void knowsWhatShouldCome() {
        PullPlan plan = new PullPlan(7, 5, 1, 100);
        assertThat(plan.expectedSize()).as("nothing was asked for").isZero();
        ask(plan);
        assertThat(plan.expectedOffset()).isZero();
        assertThat(plan.expectedSize()).isEqualTo(5);
        plan.received();
        ask(plan);
        assertThat(plan.expectedOffset()).isEqualTo(5);
        assertThat(plan.expectedSize()).isEqualTo(2);
        assertThat(plan.isReceived()).isFalse();
        plan.received();
        assertThat(plan.isReceived()).isTrue();
        assertThat(plan.expectedSize()).isZero();
    }

    @Test
    void hasNothingToAskForInAnEmptyFile() {
        PullPlan plan = new PullPlan(0, 5, 1, 100);
        assertThat(plan.mayAsk()).isFalse();
        assertThat(plan.isReceived()).isTrue();
    }

    @Test
    void reachesTheEndOfTheLargestFile() {
        long size = 0xffff_ffffL;
        int block = 1 << 30;
        PullPlan plan = new PullPlan(size, block, 1, 4L << 30);
        List<String> asked = new ArrayList<>();
        while (!plan.isReceived()) {
            asked.addAll(ask(plan));
            plan.written(plan.expectedSize());
            plan.received();
        }
        assertThat(asked).hasSize(4).endsWith(3L * block + "+" + (block - 1));
        assertThat(plan.writtenBytes()).isEqualTo(size);
    }

    private static List<String> ask(PullPlan plan) {
        List<String> asked = new ArrayList<>();
        while (plan.mayAsk()) {
            asked.add(plan.nextOffset() + "+" + plan.nextSize());
            plan.asked();
        }
        return asked;
    }
}
