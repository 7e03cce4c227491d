/** The login-server: its start, its stop and its wiring. {@link im.login.domain} is what it does. */
package im.login;
