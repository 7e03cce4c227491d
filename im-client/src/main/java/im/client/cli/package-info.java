/**
 * The {@code im} command line: {@link im.client.cli.ImCommand} with send, receive and files. Text from other users and servers is
 * shown through {@link im.client.cli.Screen} only, which lets nothing through that could drive a terminal.
 */
package im.client.cli;
