/** All that the project says of its speed, measured in one run and written to {@code docs/benchmarks.md}. */
package im.bench.suite;
