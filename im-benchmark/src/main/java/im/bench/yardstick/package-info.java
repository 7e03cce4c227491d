/** What this machine can do at best, without any protocol: measured beside everything else, so that figures become ratios. */
package im.bench.yardstick;
