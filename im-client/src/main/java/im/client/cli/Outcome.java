package im.client.cli;

import im.client.Transfer;
import im.client.TransferException;
import im.client.TransferMode;
import im.client.TransferResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Waits for a transfer and says how it went. */
final class Outcome {
    private Outcome() {}

    /** Which way the file went. */
    enum Direction {
        SENT,
        RECEIVED;

        @Override
        public String toString() {
            return this == SENT ? "sent" : "received";
        }
    }

    /**
     * @param name of the file as the other side knows it
     * @param goesOn whether another attempt goes on where one to or from the store broke off
     * @return the result if the transfer succeeded; if not, its error was shown
     */
    static Optional<TransferResult> show(
            Screen screen, Progress progress, Transfer transfer, Direction direction, String name, boolean goesOn)
            throws InterruptedException {
        TransferResult result;
        try {
            result = transfer.result().get();
        } catch (ExecutionException e) {
            progress.close();
            boolean stored = progress.mode().equals(Optional.of(TransferMode.OFFLINE));
            screen.error("not " + direction + ": " + name + ": " + explain(e.getCause(), stored && goesOn));
            return Optional.empty();
        }
        progress.close();
        screen.line(direction + " " + name + (direction == Direction.RECEIVED ? " as " + result.path() : "") + ": "
                + amount(result));
        screen.line("sha256 " + result.sha256() + (direction == Direction.RECEIVED ? verified(result) : ""));
        result.expiresAt()
                .ifPresent(end -> screen.line("stored until it is fetched, for "
                        + Amounts.roughTime(Duration.between(Instant.now(), end)) + " at most"));
        return Optional.of(result);
    }

    private static String amount(TransferResult result) {
        long moved = result.bytes() - result.resumedAt();
        return Amounts.size(result.bytes())
                + (result.resumedAt() > 0 ? ", the last " + Amounts.size(moved) + " of it" : "") + " in "
                + Amounts.time(result.time()) + " (" + Amounts.speed(moved, result.time()) + ")";
    }

    private static String verified(TransferResult result) {
        return result.verified() ? ", as announced" : ", not verified: none was announced";
    }

    private static String explain(Throwable cause, boolean goesOn) {
        String again = goesOn ? ". Try again: it goes on where it stopped." : "";
        String advice = cause instanceof TransferException failed
                ? switch (failed.reason()) {
                    case UNREACHABLE ->
                        ". Is the file-server up, and does it advertise an address that this machine can reach?"
                                + again;
                    case CONNECTION_LOST, STALLED -> goesOn ? again : ". It has to be sent again.";
                    case CANCELLED -> again;
                    case LOGIN_REFUSED -> ". The transfer may be over already.";
                    default -> "";
                }
                : "";
        return cause.getMessage() + advice;
    }
}
