/** The whole stack in one JVM: {@code bin/im demo} and {@code bin/im up}, and what the end-to-end tests drive. */
package im.launcher;
