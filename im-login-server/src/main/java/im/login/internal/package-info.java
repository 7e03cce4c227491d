/** The port for msg-servers, who say where they are and how many users they have. */
package im.login.internal;
