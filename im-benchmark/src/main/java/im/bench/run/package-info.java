/** Measures cases in interleaved rounds: servers and yardsticks under load, and what each came to. */
package im.bench.run;
