/** What every server process shares: its command line, its configuration, its start and its stop. */
package im.server;
