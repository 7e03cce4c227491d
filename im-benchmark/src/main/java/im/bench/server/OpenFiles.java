package im.bench.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/** How many files and sockets one process may have. */
public final class OpenFiles {
    /** What a JVM and its libraries have open besides. */
    private static final long OTHERS = 250;

    private OpenFiles() {}

    /** How many of these connections one process can have. */
    public static int connections(int wanted) {
        return (int) Math.min(wanted, limit() - OTHERS);
    }

    /** As {@code ulimit -Hn} says: a JVM takes all that it may have. */
    public static long limit() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof UnixOperatingSystemMXBean unix ? unix.getMaxFileDescriptorCount() : Long.MAX_VALUE;
    }
}
