/** A load of clients that is as light as can be: one event loop, nothing kept, every byte checked as it comes in. */
package im.bench.wire;
