/**
 * What a msg-server knows and decides: who is online, where a file goes, what must not get lost on its way to the database. No
 * network and no protobuf here; the outer world is behind the ports {@link im.msg.domain.OnlineClient}, {@link
 * im.msg.domain.FileServers}, {@link im.msg.domain.OfflineFiles} and {@link im.msg.domain.RouteLink}.
 */
package im.msg.domain;
