/** What single pieces of the hot path cost, with JMH: time, and allocations per block. */
package im.bench.jmh;
