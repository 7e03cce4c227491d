package im.client.cli;

import im.client.ClientListener;
import im.client.ConversationId;
import im.client.ImClient;
import im.client.Message;
import im.proto.base.ClientType;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code im history}: what was said. */
@Command(
        name = "history",
        description = "Show the newest messages of a conversation. They stay unread.",
        sortOptions = false)
public final class HistoryCommand implements Callable<Integer> {
    private static final int MOST = 10_000;
    private static final int PAGE = 100;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SessionOptions session;

    @ArgGroup(multiplicity = "1")
    private With with;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "20",
            description = "how many, up to " + MOST + " (default: ${DEFAULT-VALUE})")
    private int count;

    @Override
    public Integer call() throws InterruptedException {
        if (count < 1 || count > MOST) {
            throw new ParameterException(spec.commandLine(), "--count is from 1 to " + MOST);
        }
        Screen screen = Screen.of(spec.commandLine());
        return session.run(ClientType.CLIENT_TYPE_ANDROID, ClientListener.NONE, client -> show(screen, client));
    }

    private int show(Screen screen, ImClient client) throws InterruptedException {
        UserNames names = UserNames.of(client);
        ConversationId conversation = with.conversation(new Addressee(session, client, names));
        MessageLines lines = MessageLines.withDate(names, ZoneId.systemDefault());
        Deque<Message> messages = newest(client, conversation);
        if (messages.isEmpty()) {
            screen.line("nothing was said yet");
        }
        messages.forEach(message -> lines.of(message).forEach(screen::line));
        return ExitCodes.DONE;
    }

    /** In the order in which they were stored. */
    private Deque<Message> newest(ImClient client, ConversationId conversation) throws InterruptedException {
        Deque<Message> messages = new ArrayDeque<>();
        long from = 0;
        while (messages.size() < count) {
            List<Message> page = session.answer(
                    client.messages().history(conversation, from, Math.min(PAGE, count - messages.size())));
            page.forEach(messages::addFirst);
            if (page.isEmpty() || messages.getFirst().id() <= 1) {
                break;
            }
            from = messages.getFirst().id() - 1;
        }
        return messages;
    }
}
