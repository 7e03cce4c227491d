package im.netlib;

import com.google.common.base.Ticker;
import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import im.netlib.LimitsReached.Limit;
import io.netty.util.concurrent.Future;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which connections are taken: so many in all, and so many from one address, whoever is there. Ports may share one. Whom it turns away is
 * closed before anything is made for him, and costs a line a minute in the log for each address. Thread-safe.
 */
public final class Admission {
    /**
     * @param max connections in all; at least 1
     * @param maxPerAddress of these from one IPv4 address, or from one /64 of IPv6: whoever has one address there has them all
     */
    public record Max(int max, int maxPerAddress) {}

    private static final Logger log = LoggerFactory.getLogger(Admission.class);
    private static final int BYTES_OF_NETWORK = 8;

    private final Max max;
    private final Optional<BufferMemory> memory;
    private final Multiset<InetAddress> open = HashMultiset.create();
    private final LogOnceAMinute<InetAddress> linesOfAddresses;
    private final LogOnceAMinute<Limit> linesOfAll;

    Admission(Max max, Optional<BufferMemory> memory, Ticker time) {
        this.max = max;
        this.memory = memory;
        this.linesOfAddresses = new LogOnceAMinute<>(time);
        this.linesOfAll = new LogOnceAMinute<>(time);
    }

    /** For a port that strangers reach. */
    public Admission(Max max) {
        this(max, Optional.empty(), Ticker.systemTicker());
    }

    /** For a port that strangers reach, and that takes nobody, and reads no more from those that it has, while the memory is short. */
    public Admission(Max max, BufferMemory memory) {
        this(max, Optional.of(memory), Ticker.systemTicker());
    }

    /** For a port that only our own reach, of whom many may be at one address. */
    public static Admission ofOurOwn(int max) {
        return new Admission(new Max(max, max));
    }

    /** For a port that only our own reach, and that has no limit. */
    public static Admission ofAll() {
        return ofOurOwn(Integer.MAX_VALUE);
    }

    /**
     * Counts a new connection until it ends, unless it is one too many.
     *
     * @param remote where it comes from
     * @param ended completes when it is gone
     * @return the limit because of which it is to be closed; empty when it is welcome
     */
    public Optional<Limit> refusal(SocketAddress remote, Future<?> ended) {
        InetAddress from = network(remote);
        Optional<Limit> refusal = isMemoryShort() ? Optional.of(Limit.MEMORY) : take(from);
        if (refusal.isEmpty()) {
            ended.addListener(gone -> giveBack(from));
        } else {
            report(refusal.get(), from);
        }
        return refusal;
    }

    Optional<BufferMemory> memory() {
        return memory;
    }

    private boolean isMemoryShort() {
        return memory.isPresent() && memory.get().isShort();
    }

    private synchronized Optional<Limit> take(InetAddress from) {
        if (open.count(from) >= max.maxPerAddress()) {
            // Of one address alone: with all connections there it is the port that is full.
            return Optional.of(max.maxPerAddress() < max.max() ? Limit.CONNECTIONS_PER_ADDRESS : Limit.CONNECTIONS);
        }
        if (open.size() >= max.max()) {
            return Optional.of(Limit.CONNECTIONS);
        }
        open.add(from);
        return Optional.empty();
    }

    private synchronized void giveBack(InetAddress from) {
        open.remove(from);
    }

    private void report(Limit limit, InetAddress from) {
        boolean ofAddress = limit == Limit.CONNECTIONS_PER_ADDRESS;
        if (ofAddress ? linesOfAddresses.isDue(from) : linesOfAll.isDue(limit)) {
            String host = from.getHostAddress();
            switch (limit) {
                case CONNECTIONS_PER_ADDRESS ->
                    log.warn(
                            "{}: connections refused: it has as many as it may have here: {}",
                            host,
                            max.maxPerAddress());
                case MEMORY ->
                    log.warn("connections refused, such as from {}: buffers have nearly all their memory", host);
                default -> log.warn("connections refused, such as from {}: there are {} already", host, max.max());
            }
        }
    }

    /**
     * To whom a connection is counted: the address from which it comes, or what that shares with all that its owner has. Of one that has
     * no address any more it is the loopback.
     */
    public static InetAddress network(SocketAddress remote) {
        InetAddress address = remote instanceof InetSocketAddress known ? known.getAddress() : null;
        if (address == null) {
            return InetAddress.getLoopbackAddress();
        }
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, BYTES_OF_NETWORK, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("as long as before", e);
        }
    }
}
