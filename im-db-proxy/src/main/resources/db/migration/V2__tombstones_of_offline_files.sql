-- A file that was fetched, or has expired, leaves its row behind as a tombstone, so that nobody can record it again.
-- Times are seconds since 1970. A row without `deleted` waits, until `expires` if there is such a time.

ALTER TABLE offline_file
  ADD COLUMN sha256  BINARY(32)      NULL,
  ADD COLUMN expires BIGINT UNSIGNED NULL,
  ADD COLUMN deleted BIGINT UNSIGNED NULL,
  DROP KEY offline_file_waiting,
  ADD KEY offline_file_waiting (to_id, deleted, id),
  ADD KEY offline_file_ended (expires, deleted);
