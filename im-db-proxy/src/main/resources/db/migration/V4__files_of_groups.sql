-- A file for a group is one row, with the conversation of the group and a to_id of 0. It waits for everybody who is a
-- member at the time, did not send it, and is not done with it.
ALTER TABLE offline_file
  ADD COLUMN conversation_id BIGINT NULL,
  ADD KEY offline_file_of_group (conversation_id, deleted, id);

-- Members who have fetched a file of their group, or do not want it.
CREATE TABLE offline_file_done (
  file_id BIGINT UNSIGNED NOT NULL,
  user_id INT UNSIGNED    NOT NULL,
  PRIMARY KEY (file_id, user_id),
  CONSTRAINT offline_file_done_file FOREIGN KEY (file_id) REFERENCES offline_file (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
