-- Messages, and who takes part in what. Times are seconds since 1970.

-- `id` is made of whom it is of: of two users, the lower id in the upper 32 bits and the higher one in the lower; of a
-- group, the group's id alone. It may be negative: the bits count. Whoever changes anything of a conversation locks
-- this row first.
CREATE TABLE conversation (
  id              BIGINT       NOT NULL,
  last_msg_id     INT UNSIGNED NOT NULL DEFAULT 0,
  -- When its last message was stored.
  updated         INT UNSIGNED NOT NULL DEFAULT 0,
  -- Of a group: grows with every change of its members.
  members_version INT UNSIGNED NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row for a message, however many it is for. Pages are read along the primary key.
CREATE TABLE message (
  conversation_id BIGINT           NOT NULL,
  msg_id          INT UNSIGNED     NOT NULL,
  from_id         INT UNSIGNED     NOT NULL,
  type            TINYINT UNSIGNED NOT NULL,
  created         INT UNSIGNED     NOT NULL,
  client_msg_id   VARBINARY(32)    NULL,
  data            MEDIUMBLOB       NOT NULL,
  PRIMARY KEY (conversation_id, msg_id),
  UNIQUE KEY message_once (from_id, client_msg_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who takes part in a conversation; of a group these are its members.
CREATE TABLE participant (
  user_id         INT UNSIGNED     NOT NULL,
  conversation_id BIGINT           NOT NULL,
  -- Everything up to here was read.
  read_id         INT UNSIGNED     NOT NULL DEFAULT 0,
  -- How many of one's own messages come after that: they do not count as unread.
  own_since_read  INT UNSIGNED     NOT NULL DEFAULT 0,
  -- Off the list of recent conversations as long as no message comes after this one.
  hidden_id       INT UNSIGNED     NOT NULL DEFAULT 0,
  shield          TINYINT UNSIGNED NOT NULL DEFAULT 0,
  -- When a member left the group; NULL for who is in it.
  left_at         INT UNSIGNED     NULL,
  PRIMARY KEY (user_id, conversation_id),
  KEY participant_members (conversation_id, left_at, user_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE chat_group (
  id         INT UNSIGNED     NOT NULL AUTO_INCREMENT,
  name       VARCHAR(64)      NOT NULL,
  avatar_url VARCHAR(1024)    NOT NULL,
  creator_id INT UNSIGNED     NOT NULL,
  type       TINYINT UNSIGNED NOT NULL,
  created    INT UNSIGNED     NOT NULL,
  PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE department (
  id        INT UNSIGNED     NOT NULL AUTO_INCREMENT,
  name      VARCHAR(64)      NOT NULL,
  -- 0 for none.
  parent_id INT UNSIGNED     NOT NULL DEFAULT 0,
  priority  INT UNSIGNED     NOT NULL DEFAULT 0,
  -- 1 when it was removed: the row stays, so that clients hear of it.
  status    TINYINT UNSIGNED NOT NULL DEFAULT 0,
  updated   INT UNSIGNED     NOT NULL,
  PRIMARY KEY (id),
  KEY department_updated (updated, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Where pushes for users go. A token is one device's, and so belongs to one user.
CREATE TABLE device_token (
  user_id     INT UNSIGNED     NOT NULL,
  client_type TINYINT UNSIGNED NOT NULL,
  token       VARCHAR(512)     NOT NULL,
  PRIMARY KEY (user_id, client_type),
  UNIQUE KEY device_token_token (token)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE users
  -- No pushes at night.
  ADD COLUMN push_shield TINYINT UNSIGNED NOT NULL DEFAULT 0;
