/** The msg-server: its start, its configuration and its wiring. */
package im.msg;
