/** The domain's words in those of the protocol, and back, for clients and for other servers alike. */
package im.msg.wire;
