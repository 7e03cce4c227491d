/** Measures cases in interleaved rounds, and keeps what each came to. */
package im.bench.run;
