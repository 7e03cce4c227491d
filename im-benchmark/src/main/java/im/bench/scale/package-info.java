/** What one user, and one message, cost each server. */
package im.bench.scale;
