/** Keeps what the domain knows in MySQL 8, or in MariaDB: the same SQL for both, and never a look at the version. */
package im.db.mysql;
