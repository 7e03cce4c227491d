/** What is answered by HTTP: which msg-server to use, and whether this server is well. */
package im.login.http;
