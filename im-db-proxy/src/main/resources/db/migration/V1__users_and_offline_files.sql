-- Plain SQL that MySQL 8 and MariaDB 11 both take. Times are seconds since 1970, as in the protocol.
-- The collation tells upper from lower case.

CREATE TABLE users (
  id            INT UNSIGNED     NOT NULL AUTO_INCREMENT,
  name          VARCHAR(64)      NOT NULL,
  password_hash VARCHAR(255)     NOT NULL,
  nick_name     VARCHAR(128)     NOT NULL,
  gender        TINYINT UNSIGNED NOT NULL DEFAULT 0,
  avatar_url    VARCHAR(1024)    NOT NULL DEFAULT '',
  department_id INT UNSIGNED     NOT NULL DEFAULT 0,
  email         VARCHAR(255)     NOT NULL DEFAULT '',
  real_name     VARCHAR(128)     NOT NULL DEFAULT '',
  telephone     VARCHAR(64)      NOT NULL DEFAULT '',
  sign_info     VARCHAR(512)     NOT NULL DEFAULT '',
  status        TINYINT UNSIGNED NOT NULL DEFAULT 0,
  created       INT UNSIGNED     NOT NULL,
  updated       INT UNSIGNED     NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY users_name (name),
  KEY users_updated (updated, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE offline_file (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  task_id        VARCHAR(64)     NOT NULL,
  from_id        INT UNSIGNED    NOT NULL,
  to_id          INT UNSIGNED    NOT NULL,
  file_name      VARCHAR(1024)   NOT NULL,
  file_size      BIGINT UNSIGNED NOT NULL,
  file_server_id VARCHAR(128)    NULL,
  created        INT UNSIGNED    NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY offline_file_task (task_id),
  KEY offline_file_waiting (to_id, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
