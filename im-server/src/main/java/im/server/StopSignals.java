package im.server;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT. The first of them ends the JVM, as always, which runs the shutdown hooks. The JVM by itself has no ear for a second one while they
 * run; whoever waits in a hook hears of it here. By reflection, because what Java has for signals is no part of its API; without it a second signal
 * means nothing.
 */
final class StopSignals {
    private static final Logger log = LoggerFactory.getLogger(StopSignals.class);
    /** What shells expect of a process that ended by a signal: 128 and its number. */
    private static final Map<String, Integer> EXIT_CODES = Map.of("INT", 130, "TERM", 143);

    private final CompletableFuture<Void> second = new CompletableFuture<>();
    private final AtomicBoolean stopping = new AtomicBoolean();

    /** From now on both signals are heard here. */
    static StopSignals listen() {
        StopSignals signals = new StopSignals();
        EXIT_CODES.forEach((name, exitCode) -> {
            try {
                signals.handle(name, exitCode);
            } catch (ReflectiveOperationException | IllegalArgumentException e) {
                log.debug("SIG{} cannot be handled", name, e);
            }
        });
        return signals;
    }

    private void handle(String name, int exitCode) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        InvocationHandler received = (proxy, method, arguments) -> switch (method.getName()) {
            case "handle" -> {
                received(exitCode);
                yield null;
            }
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "stop";
        };
        Object proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, received);
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    }

    /** On a thread that is there for this signal alone. */
    private void received(int exitCode) {
        if (stopping.compareAndSet(false, true)) {
            System.exit(exitCode);
        } else {
            second.complete(null);
        }
    }

    /** Completes when the process was told to stop for the second time. */
    CompletableFuture<Void> second() {
        return second;
    }
}
