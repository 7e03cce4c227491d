/** What other systems ask over HTTP. */
package im.msg.http;
