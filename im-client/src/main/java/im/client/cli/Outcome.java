package im.client.cli;

import im.client.Transfer;
import im.client.TransferException;
import im.client.TransferResult;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Waits for a transfer and says how it went. */
final class Outcome {
    private Outcome() {}

    /**
     * @param verb what was done: {@code sent} or {@code received}
     * @param name of the file as the other side knows it
     * @return the result if the transfer succeeded; if not, its error was shown
     */
    static Optional<TransferResult> show(Screen screen, Progress progress, Transfer transfer, String verb, String name)
            throws InterruptedException {
        TransferResult result;
        try {
            result = transfer.result().get();
        } catch (ExecutionException e) {
            progress.close();
            screen.error("not " + verb + ": " + name + ": " + explain(e.getCause()));
            return Optional.empty();
        }
        progress.close();
        screen.line(verb + " " + name + where(verb, result) + ": " + Amounts.size(result.bytes()) + " in "
                + Amounts.time(result.time()) + " (" + Amounts.speed(result.bytes(), result.time()) + ")");
        screen.line("sha256 " + result.sha256());
        return Optional.of(result);
    }

    private static String where(String verb, TransferResult result) {
        return verb.equals("received") ? " as " + result.path() : "";
    }

    private static String explain(Throwable cause) {
        String advice = cause instanceof TransferException failed
                ? switch (failed.reason()) {
                    case UNREACHABLE ->
                        ". Is the file-server up, and does it advertise an address that this machine" + " can reach?";
                    case CONNECTION_LOST, STALLED -> ". Try again.";
                    case LOGIN_REFUSED -> ". The transfer may be over already.";
                    default -> "";
                }
                : "";
        return cause.getMessage() + advice;
    }
}
