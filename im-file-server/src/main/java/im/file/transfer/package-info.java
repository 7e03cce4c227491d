/**
 * What a file-server exists for: transfer tasks and what may happen in them, apart from how it goes over the wire.
 *
 * <p>{@link im.file.transfer.Transfers} holds the tasks of one shard. A {@link im.file.transfer.Transfer} is either an {@link
 * im.file.transfer.OnlineTransfer} (a relay) or an {@link im.file.transfer.OfflineTransfer} (an upload into the {@link
 * im.file.transfer.FileStore}); a {@link im.file.transfer.Download} reads a stored file for one receiver. Each acts on its
 * participants through the {@link im.file.transfer.Peer} port and hears of them through {@link
 * im.file.transfer.Participation}.
 *
 * <p>Threads: everything runs on the event loop of its shard and shares nothing with other shards. Bytes are Netty buffers and a
 * relayed PDU stays unopened; channels and generated messages do not come this far.
 */
package im.file.transfer;
