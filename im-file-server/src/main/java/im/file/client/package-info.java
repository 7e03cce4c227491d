/** The port for clients: 0x0501 puts a connection into a transfer, and from then on its PDUs go there. */
package im.file.client;
