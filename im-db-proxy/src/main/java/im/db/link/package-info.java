/** Answers msg-servers: one link each, handlers by subject, and the threads on which the storage is asked. */
package im.db.link;
