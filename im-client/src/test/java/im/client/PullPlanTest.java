package im.client;

import static org.assertj.core.api.Assertions.assertThat;

import im.netlib.Block;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PullPlanTest {
    private static final int SMALL = 32 << 10;
    private static final int LARGE = Block.MAX_DATA_LENGTH;

    @Test
    void asksForAllOfItInOrderAndTheExactRestLast() {
        PullPlan plan = PullPlan.ahead(2 * LARGE + 7);
        assertThat(ask(plan)).containsExactly("0+" + LARGE, LARGE + "+" + LARGE, 2 * LARGE + "+7");
    }

    @Test
    void asksForOneSmallBlockAtATimeWhereThatIsAllThatIsStood() {
        PullPlan plan = PullPlan.oneByOne(SMALL + 2);
        assertThat(plan.expects(0)).as("nothing was asked for").isFalse();
        assertThat(ask(plan)).containsExactly("0+" + SMALL);
        assertThat(plan.expects(0)).isTrue();
        assertThat(plan.expects(SMALL)).isFalse();
        assertThat(plan.expectedSize()).isEqualTo(SMALL);
        assertThat(plan.received(SMALL)).isEqualTo(SMALL);
        assertThat(ask(plan)).containsExactly(SMALL + "+2");
        assertThat(plan.isReceived()).isFalse();
        assertThat(plan.received(SMALL)).as("without the padding").isEqualTo(2);
        assertThat(plan.isReceived()).isTrue();
    }

    @Test
    void keepsSixteenBlocksOnTheirWayWhereThatIsStood() {
        PullPlan plan = PullPlan.ahead(100L * LARGE);
        assertThat(ask(plan)).hasSize(16);
        receive(plan, LARGE);
        assertThat(ask(plan)).containsExactly(16 * LARGE + "+" + LARGE);
    }

    @Test
    void waitsForTheDisk() {
        PullPlan plan = PullPlan.ahead(100L * LARGE);
        int asked = 0;
        for (List<String> more = ask(plan); !more.isEmpty(); more = ask(plan)) {
            asked += more.size();
            more.forEach(block -> plan.received(LARGE));
        }
        assertThat(asked).isEqualTo(32);
        plan.written(LARGE);
        assertThat(ask(plan)).hasSize(1);
    }

    @Test
    void asksForBlocksAsLongAsTheLastOneWhileTheyGrow() {
        PullPlan plan = PullPlan.growing(100L * LARGE, 5);
        long offset = 5;
        for (int length = SMALL; length < LARGE; length *= 2) {
            assertThat(ask(plan)).containsExactly(offset + "+" + length);
            assertThat(plan.received(2 * length)).isEqualTo(2 * length);
            offset += 2L * length;
        }
        assertThat(ask(plan)).hasSize(16).startsWith(offset + "+" + LARGE);
    }

    @Test
    void growsWithAServerThatBeginsAsItWasAsked() {
        PullPlan plan = PullPlan.growing(100L * LARGE, 0);
        receive(plan, SMALL);
        receive(plan, 2 * SMALL);
        assertThat(ask(plan)).containsExactly(3 * SMALL + "+" + 2 * SMALL);
    }

    @Test
    void asksAheadForSmallBlocksWhenTheyDoNotGrow() {
        PullPlan plan = PullPlan.growing(100L * LARGE, 0);
        receive(plan, SMALL);
        receive(plan, SMALL);
        assertThat(ask(plan)).hasSize(16).startsWith(2 * SMALL + "+" + SMALL);
        assertThat(plan.received(2 * SMALL))
                .as("the rest was asked for already")
                .isEqualTo(SMALL);
    }

    @Test
    void aBlockThatGrowsEndsWithTheFile() {
        PullPlan plan = PullPlan.growing(SMALL + 10, 0);
        ask(plan);
        assertThat(plan.received(2 * SMALL)).isEqualTo(SMALL + 10);
        assertThat(plan.isReceived()).isTrue();
        assertThat(plan.mayAsk()).isFalse();
    }

    @Test
    void goesOnWhereItIsToldTo() {
        PullPlan plan = PullPlan.growing(SMALL, 10);
        assertThat(plan.writtenBytes()).isEqualTo(10);
        assertThat(ask(plan)).containsExactly("10+" + (SMALL - 10));
        plan.received(SMALL - 10);
        plan.written(SMALL - 10);
        assertThat(plan.isReceived()).isTrue();
        assertThat(plan.writtenBytes()).isEqualTo(SMALL);
    }

    @Test
    void hasNothingToAskForInAnEmptyFile() {
        assertThat(PullPlan.oneByOne(0).mayAsk()).isFalse();
        assertThat(PullPlan.growing(0, 0).isReceived()).isTrue();
    }

    @Test
    void reachesTheEndOfAFileThatNeedsMoreThan32Bits() {
        long size = (1L << 32) + 5;
        PullPlan plan = PullPlan.growing(size, size - LARGE);
        assertThat(ask(plan)).containsExactly(size - LARGE + "+" + SMALL);
        receive(plan, LARGE);
        assertThat(plan.isReceived()).isTrue();
    }

    private static void receive(PullPlan plan, int length) {
        ask(plan);
        plan.received(length);
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
