package im.netlib;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

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
}
