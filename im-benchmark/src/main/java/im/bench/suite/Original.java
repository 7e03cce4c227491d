package im.bench.suite;

/**
 * What the C++ servers of this protocol did, on a machine of two cores where {@link #SPLICE} was the limit for one block of 32 KiB at
 * a time. They cannot be run here: their figures become comparable as parts of that limit, which is measured here too.
 *
 * @param perSecond MB, or transfers
 * @param cpu seconds of processor time per GiB; NaN where it was not measured
 */
record Original(double perSecond, double cpu) {
    /** A relay within the kernel, with a block of 32 KiB going to and fro. */
    static final Original SPLICE = new Original(439, 1.25);

    static final Original ONLINE = new Original(324, 1.86);
    static final Original ONLINE_32 = new Original(667, 1.49);
    static final Original UPLOAD = new Original(403, 1.86);
    static final Original SMALL_ONLINE = new Original(2890, Double.NaN);
    static final Original SMALL_UPLOAD = new Original(2292, Double.NaN);
    static final Original SMALL_DOWNLOAD = new Original(5342, Double.NaN);
}
