/** A real MariaDB in a folder, started and stopped with a JVM. */
package im.embeddeddb;
