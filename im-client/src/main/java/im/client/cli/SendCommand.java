package im.client.cli;

import im.client.ClientListener;
import im.client.ConversationId;
import im.client.ImClient;
import im.client.Transfer;
import im.client.TransferMode;
import im.client.cli.Outcome.Direction;
import im.proto.base.ClientType;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code im send}: files to another user, one after the other. */
@Command(
        name = "send",
        description = {
            "Send files to another user, at once if that user is online, else stored until fetched; or to a group, stored until every"
                    + " member has fetched them.",
            "",
            "An upload to the store that was stopped goes on where it was when the same file is sent again within a day."
        })
public final class SendCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SessionOptions session;

    @ArgGroup(multiplicity = "1")
    private With with;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "what to send")
    private List<Path> files;

    @Override
    public Integer call() throws InterruptedException {
        files.forEach(SendCommand::check);
        Screen screen = Screen.of(spec.commandLine());
        // A mobile login, so that a desktop session of the same user that waits for files is left alone.
        return session.run(ClientType.CLIENT_TYPE_ANDROID, ClientListener.NONE, client -> sendAll(screen, client));
    }

    private int sendAll(Screen screen, ImClient client) throws InterruptedException {
        Addressee addressee = new Addressee(session, client, UserNames.of(client));
        ConversationId to = with.conversation(addressee);
        if (to.equals(ConversationId.ofUser(client.self().id()))) {
            throw new CommandFailure(ExitCodes.USAGE, "a file cannot be sent to oneself");
        }
        String receiver = addressee.nameOf(to);
        boolean allSent = true;
        for (Path file : files) {
            allSent &= send(screen, client, file, to, receiver);
        }
        return allSent ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    /** @throws CommandFailure when this is not the name of a file that can be sent */
    static Path file(String name) {
        if (name.isEmpty()) {
            throw new CommandFailure(ExitCodes.USAGE, "say which file to send");
        }
        try {
            Path file = Path.of(name);
            check(file);
            return file;
        } catch (InvalidPathException e) {
            throw new CommandFailure(ExitCodes.USAGE, "no file can be called " + name + " here: " + e.getReason());
        }
    }

    /** Everything that is known to fail fails before anything is sent. */
    private static void check(Path file) {
        if (Files.isDirectory(file)) {
            throw new CommandFailure(
                    ExitCodes.USAGE,
                    file + " is a directory; pack it first, for example: tar czf " + file.getFileName() + ".tar.gz "
                            + file);
        }
        if (!Files.exists(file)) {
            throw new CommandFailure(ExitCodes.USAGE, "there is no file " + file);
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new CommandFailure(ExitCodes.USAGE, file + " cannot be read as a file");
        }
    }

    /** @return false when it was not sent; why was shown */
    static boolean send(Screen screen, ImClient client, Path file, ConversationId to, String receiver)
            throws InterruptedException {
        String name = file.toAbsolutePath().normalize().getFileName().toString();
        try (Progress progress = new Progress(screen, name, mode -> announcement(name, mode, to, receiver))) {
            Transfer transfer = client.send(file, to, progress);
            return Outcome.show(screen, progress, transfer, Direction.SENT, name, client.resumesUploads())
                    .isPresent();
        }
    }

    private static String announcement(String name, TransferMode mode, ConversationId to, String receiver) {
        if (to.isGroup()) {
            return "sending " + name + " to be stored for " + receiver;
        }
        return mode == TransferMode.ONLINE
                ? "sending " + name + " to " + receiver + ", who is online"
                : "sending " + name + " to be stored for " + receiver + ", who is away";
    }
}
