/** Servers in processes of their own, so that what they cost is theirs alone. */
package im.bench.server;
