-- What a group is called among those of its creator by whoever asked for it: asked again, it is the same group.
ALTER TABLE chat_group
  ADD COLUMN client_group_id VARBINARY(32) NULL,
  ADD UNIQUE KEY chat_group_once (creator_id, client_group_id);
