package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinkPoolTest {
    private static final class Remote implements Link {
        private boolean ready = true;

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public long losses() {
            return 0;
        }
    }

    private final Remote a = new Remote();
    private final Remote b = new Remote();
    private final Remote c = new Remote();
    private final LinkPool<Remote> pool = new LinkPool<>(List.of(a, b, c), new Random(1));

    private Map<Remote, Integer> pick(int times) {
        Map<Remote, Integer> picked = new HashMap<>();
        for (int i = 0; i < times; i++) {
            pool.pickReady().ifPresent(link -> picked.merge(link, 1, Integer::sum));
        }
        return picked;
    }

    @Test
    void everyReadyLinkGetsItsShare() {
        assertThat(pick(3000))
                .hasSize(3)
                .allSatisfy((link, times) -> assertThat(times).isBetween(850, 1150));
    }

    @Test
    void onlyReadyLinksArePicked() {
        b.ready = false;

        assertThat(pick(100)).containsOnlyKeys(a, c);
    }

    @Test
    void aLinkThatComesBackIsPickedAgain() {
        a.ready = false;
        b.ready = false;
        assertThat(pick(10)).containsOnlyKeys(c);

        b.ready = true;

        assertThat(pick(100)).containsOnlyKeys(b, c);
    }

    private Map<Long, Remote> pickForKeys() {
        Map<Long, Remote> picked = new HashMap<>();
        for (long key = 0; key < 3000; key++) {
            picked.put(key, pool.pickReady(key, link -> true).orElseThrow());
        }
        return picked;
    }

    @Test
    void aKeyStaysWithItsLinkWhileThatIsReady() {
        Map<Long, Remote> before = pickForKeys();
        assertThat(pickForKeys()).isEqualTo(before);

        b.ready = false;
        Map<Long, Remote> without = pickForKeys();

        before.forEach((key, link) -> {
            if (link != b) {
                assertThat(without.get(key)).isSameAs(link);
            }
        });
        assertThat(without.values()).containsOnly(a, c);
        b.ready = true;
        assertThat(pickForKeys()).isEqualTo(before);
    }

    @Test
    void keysSpreadOverAllLinks() {
        Map<Remote, Integer> shares = new HashMap<>();
        pickForKeys().values().forEach(link -> shares.merge(link, 1, Integer::sum));
        assertThat(shares)
                .hasSize(3)
                .allSatisfy((link, times) -> assertThat(times).isBetween(850, 1150));
    }

    @Test
    void aLinkThatIsNotWantedLeavesItsKeysToOthers() {
        for (long key = 0; key < 100; key++) {
            assertThat(pool.pickReady(key, link -> link == c)).contains(c);
        }
    }

    @Test
    void withoutAReadyLinkNoneIsPicked() {
        a.ready = false;
        b.ready = false;
        c.ready = false;

        assertThat(pool.pickReady()).isEmpty();
        assertThat(new LinkPool<Remote>(List.of(), new Random(1)).pickReady()).isEmpty();
    }

    @Test
    void onlyWantedLinksArePickedAndOnlyIfTheyAreReady() {
        assertThat(pool.pickReady(link -> link == b)).contains(b);

        b.ready = false;

        assertThat(pool.pickReady(link -> link == b)).isEmpty();
    }

    @Test
    void allLinksAreListedReadyOrNot() {
        a.ready = false;

        assertThat(pool.all()).containsExactly(a, b, c);
    }
}
