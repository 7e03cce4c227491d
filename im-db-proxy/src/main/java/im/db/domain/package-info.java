/** Users, their passwords and the files that wait for them, without any network or SQL. */
package im.db.domain;
