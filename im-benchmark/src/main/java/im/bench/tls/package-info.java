/** What TLS costs a file-server. */
package im.bench.tls;
