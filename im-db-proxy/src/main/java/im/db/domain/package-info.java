/** Users and their passwords, the files that wait for them, messages and groups, without any network or SQL. */
package im.db.domain;
