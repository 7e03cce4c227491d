/** The port for msg-servers, who ask for tasks and for the addresses to give to clients. */
package im.file.internal;
