/** Tokens: what a msg-server hands to a client so that a file-server lets it in. */
package im.server.token;
