package im.client.cli;

import im.client.ClientListener;
import im.client.ConversationId;
import im.client.ImClient;
import im.client.MessageException;
import im.client.Messages;
import im.proto.base.ClientType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code im message}: one message. */
@Command(
        name = "message",
        description = "Send a message to a user or a group; it is stored until they read it.",
        sortOptions = false)
public final class MessageCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    @Spec
    private CommandSpec spec;

    @Mixin
    private SessionOptions session;

    @ArgGroup(multiplicity = "1")
    private With with;

    @Parameters(
            paramLabel = "TEXT",
            arity = "1..*",
            description = "what to say; several words are one message, and - is what comes from standard input")
    private List<String> words;

    @Override
    public Integer call() throws InterruptedException {
        String text = text();
        if (text.isEmpty()) {
            throw new CommandFailure(ExitCodes.USAGE, "there is nothing to send");
        }
        Screen screen = Screen.of(spec.commandLine());
        return session.run(ClientType.CLIENT_TYPE_ANDROID, ClientListener.NONE, client -> send(screen, client, text));
    }

    private String text() {
        if (!words.equals(List.of(STANDARD_INPUT))) {
            return String.join(" ", words);
        }
        try {
            byte[] input = System.in.readNBytes(Messages.MAX_DATA + 1);
            if (input.length > Messages.MAX_DATA) {
                throw new CommandFailure(
                        ExitCodes.FAILED,
                        "not sent: the message is too long: at most " + Messages.MAX_DATA + " bytes are stored");
            }
            return new String(input, StandardCharsets.UTF_8).stripTrailing();
        } catch (IOException e) {
            throw new CommandFailure(ExitCodes.USAGE, "cannot read standard input: " + e.getMessage());
        }
    }

    private int send(Screen screen, ImClient client, String text) throws InterruptedException {
        Addressee addressee = new Addressee(session, client, UserNames.of(client));
        ConversationId to = with.conversation(addressee);
        try {
            long id = client.messages().sendText(to, text).get();
            screen.line("stored as message " + id + " to " + addressee.nameOf(to));
            return ExitCodes.DONE;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MessageException) {
                screen.error("not sent: " + e.getCause().getMessage());
                return ExitCodes.FAILED;
            }
            throw session.explain(e.getCause());
        }
    }
}
