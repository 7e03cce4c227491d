package im.client.cli;

import im.client.ConnectionState;
import im.client.ConversationId;
import im.client.ImClient;
import im.client.Message;
import im.client.MessageListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A talk in one conversation at a time. One thread types, one acts on what was typed, one shows things in their order, and one sends
 * files.
 */
final class Chat implements MessageListener {
    private static final int STOPPED_BY_CTRL_C = 130;
    private static final int MAX_TO_SHOW = 10_000;
    private static final int MAX_FILES_TO_SEND = 1000;
    private static final int LAST_WORDS_SECONDS = 5;
    private static final List<String> HELP = List.of(
            "/user USER    talk with this user",
            "/group GROUP  talk in this group",
            "/send FILE    send a file to the user or the group you talk with",
            "/quit         leave, after everything was sent",
            "A line that begins with a space is never a command.");

    private final SessionOptions session;
    private final ImClient client;
    private final Typing typing;
    private final Addressee addressee;
    private final MessageLines lines;
    private final int history;
    private final BlockingQueue<Optional<String>> typed = new LinkedBlockingQueue<>(1);
    /** A terminal that stands still must not cost memory without end. */
    private final ExecutorService view = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_TO_SHOW),
            Chat::daemon,
            new ThreadPoolExecutor.DiscardPolicy());

    private final ExecutorService files = new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_FILES_TO_SEND), Chat::daemon);

    private volatile boolean anyFailed;
    private volatile ConversationId to;
    private volatile String toName = "";
    private volatile String prompt = "";
    private CompletableFuture<Void> listening;
    /** What {@link #opening} was last, or will be. */
    private CompletableFuture<Void> lastOpened;
    /** What is shown, and how far; the view's thread alone knows. */
    private ConversationId shown;

    private final Map<ConversationId, Long> shownUpTo = new HashMap<>();
    /** Completes when what was said in it before is shown; null as soon as that may be shown. */
    private CompletableFuture<Void> opening;

    /** What came before that. */
    private final List<Message> early = new ArrayList<>();

    Chat(SessionOptions session, ImClient client, Typing typing, UserNames names, Addressee addressee, int history) {
        this.session = session;
        this.client = client;
        this.typing = typing;
        this.addressee = addressee;
        this.history = history;
        this.lines = MessageLines.withTime(names, ZoneId.systemDefault());
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "chat");
        thread.setDaemon(true);
        return thread;
    }

    /** @return the exit code */
    int run(ConversationId first) throws InterruptedException {
        listening = client.messages().listen(this);
        talkIn(first);
        client.ended().whenComplete((over, failure) -> view.execute(() -> hand(Optional.empty())));
        daemon(this::type).start();
        for (Optional<String> line = typed.take(); line.isPresent(); line = typed.take()) {
            if (!act(line.get())) {
                break;
            }
        }
        return end();
    }

    private void type() {
        Optional<String> line;
        do {
            line = next();
        } while (hand(line) && line.isPresent());
    }

    private Optional<String> next() {
        try {
            return typing.next(prompt);
        } catch (IOException e) {
            fail("cannot read what is typed: " + e.getMessage());
            return Optional.empty();
        }
    }

    private boolean hand(Optional<String> line) {
        try {
            typed.put(line);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private int end() throws InterruptedException {
        boolean interrupted = typing.interrupted().isDone();
        files.shutdown();
        if (!interrupted) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(
                    () -> awaitEnd(files, Long.MAX_VALUE), task -> daemon(task).start());
            orInterrupted(sent);
            orInterrupted(lastOpened.copy().completeOnTimeout(null, LAST_WORDS_SECONDS, TimeUnit.SECONDS));
        }
        view.shutdown();
        awaitEnd(view, LAST_WORDS_SECONDS);
        if (client.ended().isCompletedExceptionally()) {
            try {
                client.ended().get();
            } catch (ExecutionException e) {
                throw new CommandFailure(
                        ExitCodes.LOGIN_REFUSED,
                        "the session is over: " + e.getCause().getMessage());
            }
        }
        if (typing.interrupted().isDone()) {
            return STOPPED_BY_CTRL_C;
        }
        return anyFailed ? ExitCodes.FAILED : ExitCodes.DONE;
    }

    private static void awaitEnd(ExecutorService executor, long seconds) {
        try {
            executor.awaitTermination(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until this is done in whatever way, or Ctrl-C was typed. */
    private void orInterrupted(CompletableFuture<?> work) throws InterruptedException {
        try {
            CompletableFuture.anyOf(work.handle((done, failure) -> null), typing.interrupted())
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("neither can fail", e);
        }
    }

    // What was typed

    /** @return false when that was the last word */
    private boolean act(String line) throws InterruptedException {
        if (!line.startsWith("/")) {
            say(line.strip());
            return true;
        }
        String[] words = line.strip().split("\\s+", 2);
        String argument = words.length > 1 ? words[1] : "";
        try {
            switch (words[0]) {
                case "/quit" -> {
                    return false;
                }
                case "/help" -> HELP.forEach(this::show);
                case "/user" -> talkIn(addressee.user(argument));
                case "/group" ->
                    talkIn(ConversationId.ofGroup(addressee.group(argument).id()));
                case "/send" -> sendFile(argument);
                default ->
                    fail("there is no command " + words[0]
                            + "; /help lists them, and a space before it makes it a text");
            }
        } catch (CommandFailure e) {
            fail(e.getMessage());
            // The next lines of a script are for somebody else than this one talks with.
            return typing.isByPerson() || words[0].equals("/send");
        }
        return true;
    }

    private void fail(String why) {
        anyFailed = true;
        show(why);
    }

    private void say(String text) throws InterruptedException {
        if (text.isEmpty()) {
            return;
        }
        CompletableFuture<Long> stored = client.messages().sendText(to, text).whenComplete((id, failure) -> {
            if (failure != null) {
                fail("not sent: " + failure.getMessage());
            }
        });
        // One after the other: what a pipe brings all at once would be too much to keep.
        orInterrupted(stored);
    }

    private void sendFile(String name) {
        Path file = SendCommand.file(name);
        ConversationId receiver = to;
        String receiverName = toName;
        try {
            files.execute(() -> send(file, receiver, receiverName));
        } catch (RejectedExecutionException e) {
            fail("not sent: " + name + ": " + MAX_FILES_TO_SEND + " files wait to be sent already");
        }
    }

    private void send(Path file, ConversationId receiver, String receiverName) {
        try (LineWriter out = new LineWriter(typing::show)) {
            Screen screen = new Screen(out.printer(), out.printer(), false);
            if (!SendCommand.send(screen, client, file, receiver, receiverName)) {
                anyFailed = true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // What is shown

    private void show(String line) {
        view.execute(() -> typing.show(line));
    }

    private void talkIn(ConversationId conversation) throws InterruptedException {
        String title = addressee.nameOf(conversation);
        to = conversation;
        toName = title;
        prompt = title + "> ";
        CompletableFuture<Void> opened = new CompletableFuture<>();
        lastOpened = opened;
        view.execute(() -> open(conversation, title, opened));
    }

    /** What was said before is shown once everything that is said from now on will arrive. Nothing else waits for that. */
    private void open(ConversationId conversation, String title, CompletableFuture<Void> opened) {
        shown = conversation;
        opening = opened;
        typing.show("-- " + title + " --");
        listening.whenComplete((done, failure) -> view.execute(() -> {
            if (opening == opened) {
                opening = null;
                showHistory(conversation);
                showEarly();
            }
            opened.complete(null);
        }));
    }

    private void showHistory(ConversationId conversation) {
        try {
            session.answer(listening);
            if (history > 0) {
                List<Message> descending = session.answer(client.messages().history(conversation, 0, history));
                for (int i = descending.size() - 1; i >= 0; i--) {
                    lines.of(descending.get(i)).forEach(typing::show);
                }
                if (!descending.isEmpty()) {
                    onShown(descending.get(0));
                }
            }
        } catch (CommandFailure e) {
            typing.show(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void showEarly() {
        List<Message> messages = List.copyOf(early);
        early.clear();
        messages.forEach(this::showNew);
    }

    private void onShown(Message newest) {
        shownUpTo.merge(newest.conversation(), newest.id(), Math::max);
        if (newest.fromUserId() != client.self().id()) {
            client.messages().markRead(newest.conversation(), newest.id());
        }
    }

    @Override
    public void onMessage(Message message) {
        view.execute(() -> showNew(message));
    }

    private void showNew(Message message) {
        if (opening != null && early.size() < MAX_TO_SHOW) {
            early.add(message);
        } else if (!message.conversation().equals(shown)) {
            String title = title(message.conversation());
            lines.of(message).forEach(line -> typing.show("[" + title + "] " + line));
        } else if (message.id() > shownUpTo.getOrDefault(message.conversation(), 0L)) {
            lines.of(message).forEach(typing::show);
            onShown(message);
        }
    }

    private String title(ConversationId conversation) {
        try {
            return addressee.nameOf(conversation);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return conversation.toString();
        }
    }

    void onConnectionState(ConnectionState state) {
        switch (state) {
            case CONNECTED -> show("connected again");
            case RECONNECTING -> show("the connection is lost; trying to get it back");
            case CLOSED -> {
                // Whoever waits is told why.
            }
        }
    }
}
