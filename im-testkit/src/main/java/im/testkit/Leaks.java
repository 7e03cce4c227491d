package im.testkit;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Collects what Netty's leak detectors report. Thread-safe. */
final class Leaks {
    private static final int LEAKS_TO_SHOW = 3;

    private final List<ResourceLeakDetector<Object>> detectors = new CopyOnWriteArrayList<>();
    private final Queue<String> reports = new ConcurrentLinkedQueue<>();

    private Leaks() {}

    /** Makes every detector that Netty creates from now on report here, as well as to the log. */
    static Leaks record() {
        Leaks leaks = new Leaks();
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(leaks.new Factory());
        return leaks;
    }

    /** @throws AssertionError with the records of leaks that were not told before */
    void failIfAny() {
        if (detectors.isEmpty()) {
            return;
        }
        Garbage.collect();
        // What one collection found is told in any order, but all of it before anything that the next one finds.
        Garbage.collect();
        detectors.forEach(Leaks::provoke);
        List<String> found = new ArrayList<>();
        for (String report = reports.poll(); report != null; report = reports.poll()) {
            found.add(report);
        }
        if (!found.isEmpty()) {
            throw new AssertionError(found.size() + " leak(s) of reference-counted resources:\n"
                    + String.join("\n", found.subList(0, Math.min(found.size(), LEAKS_TO_SHOW))));
        }
    }

    /** A detector looks at what was collected when it is given something new to track. */
    private static void provoke(ResourceLeakDetector<Object> detector) {
        Object tracked = new Object();
        ResourceLeakTracker<Object> tracker = detector.trackForcibly(tracked);
        if (tracker != null) {
            tracker.close(tracked);
        }
    }

    private final class Factory extends ResourceLeakDetectorFactory {
        @Override
        @SuppressWarnings("deprecation") // must be there; nothing calls it
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                Class<T> resource, int samplingInterval, long maxActive) {
            return newResourceLeakDetector(resource, samplingInterval);
        }

        @Override
        @SuppressWarnings("unchecked") // a detector never looks into what it tracks
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
            ResourceLeakDetector<T> detector = new ResourceLeakDetector<>(resource, samplingInterval) {
                @Override
                protected boolean needReport() {
                    // Netty's own answer depends on the log level.
                    return true;
                }
            };
            detector.setLeakListener((type, records) -> reports.add(type + ": " + records));
            detectors.add((ResourceLeakDetector<Object>) detector);
            return detector;
        }
    }
}
