package im.client.cli;

import im.client.ClientListener;
import im.client.ConnectionState;
import im.client.ConversationId;
import im.client.ImClient;
import im.proto.base.ClientType;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.concurrent.Callable;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code im chat}: a conversation. */
@Command(
        name = "chat",
        description = {
            "Talk with a user, or in a group: what is typed is sent, what arrives is shown.",
            "",
            "/help lists the commands that can be typed. Input may come from a pipe; at its end everything was sent."
        },
        sortOptions = false)
public final class ChatCommand implements Callable<Integer> {
    private static final int MOST_HISTORY = 100;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SessionOptions session;

    @ArgGroup(multiplicity = "1")
    private With with;

    @Option(
            names = "--history",
            paramLabel = "N",
            defaultValue = "10",
            description = "how many earlier messages to show, up to " + MOST_HISTORY + " (default: ${DEFAULT-VALUE})")
    private int history;

    private volatile Chat chat;

    @Override
    public Integer call() throws InterruptedException {
        if (history < 0 || history > MOST_HISTORY) {
            throw new ParameterException(spec.commandLine(), "--history is from 0 to " + MOST_HISTORY);
        }
        ClientListener connection = new ClientListener() {
            @Override
            public void onConnectionState(ConnectionState state) {
                if (chat != null) {
                    chat.onConnectionState(state);
                }
            }
        };
        // A mobile login, so that a desktop session of the same user that waits for files is left alone.
        return session.run(ClientType.CLIENT_TYPE_ANDROID, connection, this::talk);
    }

    private int talk(ImClient client) throws InterruptedException {
        UserNames names = UserNames.of(client);
        Addressee addressee = new Addressee(session, client, names);
        ConversationId first = with.conversation(addressee);
        try (Typing typing = typing(Screen.of(spec.commandLine()))) {
            chat = new Chat(session, client, typing, names, addressee, history);
            return chat.run(first);
        } catch (IOException e) {
            throw new CommandFailure(ExitCodes.FAILED, "the terminal does not work: " + e.getMessage());
        }
    }

    private static Typing typing(Screen screen) throws IOException {
        if (screen.isTerminal()) {
            Terminal terminal = TerminalBuilder.builder().dumb(true).build();
            if (!terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
                return new TerminalTyping(terminal);
            }
            terminal.close();
        }
        return new PlainTyping(System.in, Charset.defaultCharset(), screen);
    }
}
