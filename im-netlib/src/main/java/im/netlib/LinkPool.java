package im.netlib;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Several links to servers of one kind, any of which will do. Immutable and thread-safe if {@code random} is. */
public final class LinkPool<L extends Link> {
    private final ImmutableList<L> links;
    private final RandomGenerator random;

    public LinkPool(List<L> links, RandomGenerator random) {
        this.links = ImmutableList.copyOf(links);
        this.random = random;
    }

    public List<L> all() {
        return links;
    }

    /** A ready link at random. */
    public Optional<L> pickReady() {
        return pickReady(link -> true);
    }

    /** A ready link at random among those that are wanted. */
    public Optional<L> pickReady(Predicate<? super L> wanted) {
        List<L> ready = links.stream().filter(Link::isReady).filter(wanted).toList();
        return ready.isEmpty() ? Optional.empty() : Optional.of(ready.get(random.nextInt(ready.size())));
    }

    /**
     * The ready link among those that are wanted to which a key belongs: the same one for as long as it is ready, through every pool that
     * was given the links in this order. When one goes only its own keys move, and they spread over all others.
     */
    public Optional<L> pickReady(long key, Predicate<? super L> wanted) {
        return IntStream.range(0, links.size())
                .filter(i -> links.get(i).isReady() && wanted.test(links.get(i)))
                .boxed()
                .max(Comparator.comparingLong(i -> weight(key, i)))
                .map(links::get);
    }

    private static long weight(long key, int link) {
        return Hashing.sipHash24().newHasher().putLong(key).putInt(link).hash().asLong();
    }
}
