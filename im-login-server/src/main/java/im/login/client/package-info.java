/** The TCP port for clients. */
package im.login.client;
