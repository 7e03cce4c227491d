/**
 * Who is online at which msg-server, and who is told when that changes. No network and no protobuf here: the msg-servers are behind
 * the port {@link im.route.domain.MsgServer}. One thread at a time.
 */
package im.route.domain;
