/** What an operator sees of a server: whether it is well, and its meters, on a port of their own. */
package im.server.management;
