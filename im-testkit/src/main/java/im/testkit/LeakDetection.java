package im.testkit;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class after which a reference-counted resource of Netty was garbage without having been released.
 *
 * <p>JUnit finds it by itself wherever this module is on the class path. Leaks are found when the garbage collector has
 * run, so this asks for that after every class in whose JVM Netty was used at all; a leak that is noticed late fails a
 * later class, and its records still tell where the resource was last touched. The same leak is told once per JVM.
 */
public final class LeakDetection implements AfterAllCallback {
    /** One for the JVM, as are Netty's detectors; installed before any test can have loaded a class of Netty's. */
    static final Leaks LEAKS = Leaks.record();

    @Override
    public void afterAll(ExtensionContext context) {
        boolean nested = context.getTestClass().filter(Class::isMemberClass).isPresent();
        if (!nested) {
            LEAKS.failIfAny();
        }
    }
}
