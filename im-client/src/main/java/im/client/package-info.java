/**
 * A client of the msg-server and the file-servers: logs in, sees who is there, sends files and receives them, online and offline.
 *
 * <p>Start at {@link im.client.ImClient}. Everything is asynchronous: calls return at once, futures complete and listeners are
 * called on the client's one event loop, where nobody may block. Files are read and written on other threads.
 */
package im.client;
