package im.netlib;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Looks names up as the system does, on a thread of its own for each look-up: that can take seconds, for which an event loop, and
 * with it every other connection, would stand still.
 */
final class OffLoopResolverGroup extends AddressResolverGroup<InetSocketAddress> {
    /** How a name is looked up; blocks. */
    interface LookUp {
        InetAddress[] allOf(String host) throws UnknownHostException;
    }

    private final LookUp lookUp;

    OffLoopResolverGroup(LookUp lookUp) {
        this.lookUp = lookUp;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new OffLoopResolver(executor).asAddressResolver();
    }

    private final class OffLoopResolver extends InetNameResolver {
        OffLoopResolver(EventExecutor executor) {
            super(executor);
        }

        @Override
        protected void doResolve(String host, Promise<InetAddress> promise) {
            onItsOwnThread(host, () -> {
                try {
                    promise.trySuccess(lookUp.allOf(host)[0]);
                } catch (UnknownHostException | RuntimeException e) {
                    promise.tryFailure(e);
                }
            });
        }

        @Override
        protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
            onItsOwnThread(host, () -> {
                try {
                    promise.trySuccess(List.of(lookUp.allOf(host)));
                } catch (UnknownHostException | RuntimeException e) {
                    promise.tryFailure(e);
                }
            });
        }
    }

    private static void onItsOwnThread(String host, Runnable work) {
        Thread thread = new Thread(work, "look-up-" + host);
        thread.setDaemon(true);
        thread.start();
    }
}
