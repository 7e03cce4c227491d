/**
 * The db-proxy: answers msg-servers from MySQL. {@code domain} knows users, passwords, messages, groups and offline files, {@code mysql}
 * keeps them, {@code link} speaks to msg-servers; this package wires them and has the command line.
 */
package im.db;
