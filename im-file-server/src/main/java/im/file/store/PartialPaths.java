package im.file.store;

import java.nio.file.Path;

/**
 * A folder with the pieces of one file that comes in, or did until its upload broke off. It moves as one, so whoever moved it has
 * all of it and has it alone.
 */
record PartialPaths(Path folder) {
    /** The bytes that came, from the start. */
    Path data() {
        return folder.resolve("data");
    }

    /** The {@link FileDescription}; written before anything else. */
    Path info() {
        return folder.resolve("info");
    }

    /** The {@link BlockSums}. */
    Path sums() {
        return folder.resolve("sums");
    }
}
