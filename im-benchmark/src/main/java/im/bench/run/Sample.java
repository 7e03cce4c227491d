package im.bench.run;

import im.bench.wire.Outcome;

/**
 * One measurement of a case.
 *
 * @param cpuPerGibibyte seconds of the server's processor time; NaN when unknown, as are others
 * @param peakMebibytes the most memory that the server had meanwhile
 */
record Sample(Outcome outcome, double cpuPerGibibyte, double peakMebibytes) {}
