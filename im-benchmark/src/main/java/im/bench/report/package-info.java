/** What was measured, for people and for programs. */
package im.bench.report;
