/** The file-server: its start, its stop and its wiring. {@link im.file.transfer} is what it does. */
package im.file;
