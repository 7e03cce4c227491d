package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.resolver.AddressResolver;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OffLoopResolverGroupIT {
    private static final InetSocketAddress SOMEWHERE = InetSocketAddress.createUnresolved("db.example", 3306);

    private final EventLoopGroup loops = Transport.eventLoops("test-resolver", 1);
    private final EventLoop loop = loops.next();

    @AfterEach
    void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(20, TimeUnit.SECONDS);
    }

    private Future<InetSocketAddress> resolve(OffLoopResolverGroup.LookUp lookUp) throws Exception {
        AddressResolver<InetSocketAddress> resolver = new OffLoopResolverGroup(lookUp).getResolver(loop);
        return loop.submit(() -> resolver.resolve(SOMEWHERE)).get();
    }

    @Test
    void aNameServerThatIsSlowDoesNotStopTheLoop() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        Future<InetSocketAddress> address = resolve(host -> {
            try {
                answered.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return new InetAddress[] {InetAddress.getByAddress(host, new byte[] {10, 0, 0, 1})};
        });

        assertThat(loop.submit(() -> "still alive").get(10, TimeUnit.SECONDS)).isEqualTo("still alive");
        assertThat(address.isDone()).isFalse();
        answered.countDown();

        assertThat(address.get(20, TimeUnit.SECONDS).getAddress().getHostAddress())
                .isEqualTo("10.0.0.1");
        assertThat(address.getNow().getPort()).isEqualTo(3306);
    }

    @Test
    void aNameThatNobodyKnowsFails() throws Exception {
        Future<InetSocketAddress> address = resolve(host -> {
            throw new UnknownHostException(host);
        });

        assertThat(address.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(address.cause()).isInstanceOf(UnknownHostException.class).hasMessageContaining("db.example");
    }

    @Test
    void anAddressThatIsANumberNeedsNoLookUp() throws Exception {
        AddressResolver<InetSocketAddress> resolver = new OffLoopResolverGroup(host -> {
                    throw new AssertionError("looked up " + host);
                })
                .getResolver(loop);

        assertThat(resolver.isResolved(new InetSocketAddress("127.0.0.1", 1))).isTrue();
    }
}
