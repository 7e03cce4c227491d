/**
 * The connections of clients: before login, logged in, kicked. The commands here turn messages into calls of {@link
 * im.msg.domain} and its answers into messages. Everything about one connection happens on its event loop.
 */
package im.msg.session;
