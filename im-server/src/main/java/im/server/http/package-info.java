/** An HTTP port: requests come whole, and each has one answer, in JSON. */
package im.server.http;
