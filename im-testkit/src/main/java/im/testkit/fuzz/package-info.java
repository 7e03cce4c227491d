/** Random and damaged input, the same in every run: what fuzzing tests of several modules share. */
package im.testkit.fuzz;
