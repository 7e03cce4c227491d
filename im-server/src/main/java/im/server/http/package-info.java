/** An HTTP port: requests come whole, and each has one answer. */
package im.server.http;
