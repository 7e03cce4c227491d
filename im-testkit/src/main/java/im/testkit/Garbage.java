package im.testkit;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;

/** Has garbage collected, and knows that it was. */
public final class Garbage {
    private static final long PATIENCE_MILLIS = 2_000;

    private Garbage() {}

    /**
     * Returns when the collector has run and told so; whoever else it has something to tell may hear it a moment later.
     *
     * @throws AssertionError when the collector does not run
     */
    public static void collect() {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        WeakReference<Object> sentinel = new WeakReference<>(new Object(), collected);
        System.gc();
        try {
            if (collected.remove(PATIENCE_MILLIS) != sentinel) {
                throw new AssertionError("the garbage collector does not run when asked");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
