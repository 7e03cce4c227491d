package im.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Which commands pass over the wire because of what a test does. {@link EveryCommandIT} checks that they do. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Drives {
    /** Command ids. */
    int[] value();
}
