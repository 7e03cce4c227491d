package im.file.transfer;

/**
 * A request for a block.
 *
 * @param offset where it starts, 0 or more
 * @param length how many bytes, of which fewer may be left
 * @param seq the sequence number that its answer must carry
 */
public record Pull(long offset, int length, int seq) {}
