/**
 * The servers behind a msg-server, as adapters of the ports of {@link im.msg.domain} and {@link im.msg.session}. Each link keeps
 * its own connection, on one event loop; futures complete there.
 */
package im.msg.upstream;
