package im.file.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.netlib.ProtocolViolation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PullWindowTest {
    private static final int BLOCK = 10;

    private final UploadBudget budget = new UploadBudget(1 << 20);
    private final List<String> pulls = new ArrayList<>();
    private int asked;

    private PullWindow window(long size, long max) {
        return new PullWindow(0, size, BLOCK, max, budget);
    }

    /** What is asked for now. */
    private List<String> ask(PullWindow window) {
        pulls.clear();
        window.askFor((offset, length) -> {
            pulls.add(offset + "+" + length);
            asked++;
        });
        return pulls;
    }

    private void answer(PullWindow window) {
        window.expectedAt(window.receivedUpTo());
        window.received();
    }

    /** Answers and stores what was asked for in the round before; gives how much is asked for then. */
    private int round(PullWindow window) {
        int answers = asked;
        asked = 0;
        for (int i = 0; i < answers; i++) {
            int length = window.expectedAt(window.receivedUpTo());
            window.received();
            ask(window);
            window.written(length);
            ask(window);
        }
        return asked;
    }

    @Test
    void beginsWithOneBlockAndAsksForMoreWithEachAnswer() {
        PullWindow window = window(1000, 1000);
        assertThat(ask(window)).containsExactly("0+10");
        assertThat(ask(window)).isEmpty();
        answer(window);
        assertThat(ask(window)).containsExactly("10+10", "20+10");
        window.written(BLOCK);
        assertThat(ask(window)).containsExactly("30+10");
        assertThat(ask(window)).isEmpty();
    }

    @Test
    void growsWithEachRoundTripUpToItsLimit() {
        PullWindow window = window(100_000, 50 * BLOCK);
        ask(window);
        List<Integer> rounds = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            rounds.add(round(window));
        }
        assertThat(rounds).containsExactly(3, 9, 18, 36, 50, 50, 50);
    }

    @Test
    void overALongWayIsAtLeast90TimesAsFastAsOneBlockAtATime() {
        int block = 32 << 10;
        int blocks = (64 << 20) / block;
        PullWindow window = new PullWindow(0, 64 << 20, block, 4 << 20, new UploadBudget(256 << 20));
        ask(window);
        int rounds = 0;
        while (asked > 0) {
            round(window);
            rounds++;
        }
        assertThat(window.isWritten()).isTrue();
        assertThat(rounds * 90).isLessThanOrEqualTo(blocks);
    }

    @Test
    void ofOneBlockAsksForTheNextWhenTheOneBeforeIsWritten() {
        PullWindow window = window(25, 1);
        assertThat(ask(window)).containsExactly("0+10");
        answer(window);
        assertThat(ask(window)).isEmpty();
        window.written(BLOCK);
        assertThat(ask(window)).containsExactly("10+10");
        answer(window);
        window.written(BLOCK);
        assertThat(ask(window)).containsExactly("20+5");
        answer(window);
        assertThat(window.isWritten()).isFalse();
        window.written(5);
        assertThat(window.isWritten()).isTrue();
        assertThat(ask(window)).isEmpty();
    }

    @Test
    void mayBeginAnywhereAndEndsWithTheExactRest() {
        PullWindow window = new PullWindow(5_000_000_000L, 5_000_000_013L, BLOCK, 1000, budget);
        assertThat(ask(window)).containsExactly("5000000000+10");
        answer(window);
        assertThat(ask(window)).containsExactly("5000000010+3");
        assertThat(window.expectedAt(5_000_000_010L)).isEqualTo(3);
    }

    @Test
    void whatIsNotWrittenCountsAsMuchAsWhatIsOnItsWay() {
        PullWindow window = window(1000, 3 * BLOCK);
        ask(window);
        answer(window);
        ask(window);
        answer(window);
        answer(window);
        assertThat(ask(window)).isEmpty();
        window.written(BLOCK);
        assertThat(ask(window)).containsExactly("30+10");
    }

    @Test
    void expectsBlocksInTheOrderOfAskingAndEachOnce() {
        PullWindow window = window(1000, 1000);
        assertThatThrownBy(() -> window.expectedAt(0)).isInstanceOf(ProtocolViolation.class);
        ask(window);
        answer(window);
        ask(window);
        assertThatThrownBy(() -> window.expectedAt(0)).isInstanceOf(ProtocolViolation.class);
        assertThatThrownBy(() -> window.expectedAt(20)).isInstanceOf(ProtocolViolation.class);
        assertThat(window.expectedAt(10)).isEqualTo(BLOCK);
    }

    @Test
    void givesTheBudgetBackWhenItIsClosedAndItsLastBlocksAreWritten() {
        PullWindow window = window(1000, 1000);
        ask(window);
        answer(window);
        ask(window);
        answer(window);
        assertThat(budget.taken()).isEqualTo(3 * BLOCK);
        window.close();
        assertThat(budget.taken()).isEqualTo(2 * BLOCK);
        window.written(BLOCK);
        window.written(BLOCK);
        assertThat(budget.taken()).isZero();
    }

    @Test
    void withoutBudgetFallsToOneBlock() {
        PullWindow window = new PullWindow(0, 1000, BLOCK, 1000, new UploadBudget(0));
        for (int i = 0; i < 5; i++) {
            assertThat(ask(window)).hasSize(1);
            answer(window);
            assertThat(ask(window)).isEmpty();
            window.written(BLOCK);
        }
    }
}
