package im.file.transfer;

import java.time.Duration;

/**
 * Bounds of one transfer.
 *
 * @param blockLength how many bytes the server asks an uploader for at a time
 * @param uploadWindow how many bytes of an upload may be asked for and not yet written to the disk; there is always one block
 * @param maxPullsInFlight how many pulls of a receiver may wait for the sender
 * @param readAhead how many bytes a relay may have read ahead of its receiver; one block if it is less, none if it is 0
 * @param doneGrace how long to wait for a receiver's DONE after the last byte
 * @param recordWait how long an uploader is kept waiting for its stored file to be recorded
 */
public record TransferLimits(
        int blockLength,
        int uploadWindow,
        int maxPullsInFlight,
        int readAhead,
        Duration doneGrace,
        Duration recordWait) {}
