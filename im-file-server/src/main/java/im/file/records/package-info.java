/**
 * That others know what the store has: the {@link Outbox} tells msg-servers what was stored, the {@link Janitor} asks them what is
 * still wanted. All of it is confined to one event loop of its own, which all shards share; what may be called from elsewhere says
 * so.
 */
package im.file.records;
