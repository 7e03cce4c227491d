package im.client.cli;

import im.client.ClientListener;
import im.client.ImClient;
import im.client.OfflineFile;
import im.client.Printable;
import im.proto.base.ClientType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code im files}: what waits for a user. */
@Command(name = "files", description = "List the files that are stored and wait for a user, or delete some of them.")
public final class FilesCommand implements Callable<Integer> {
    private static final String ROW = "%-20s  %10s  %-18s  %s";

    @Spec
    private CommandSpec spec;

    @Mixin
    private SessionOptions session;

    @Option(
            names = "--delete",
            paramLabel = "NAME-OR-TASK",
            description = "do not list, but delete the file of this name, or of this task where several have one name;"
                    + " may be given more than once")
    private List<String> unwanted = List.of();

    @Override
    public Integer call() throws InterruptedException {
        Screen screen = Screen.of(spec.commandLine());
        // A mobile login, so that a desktop session of the same user that waits for files is left alone.
        return session.run(
                ClientType.CLIENT_TYPE_ANDROID,
                ClientListener.NONE,
                client -> unwanted.isEmpty() ? list(screen, client) : delete(screen, client));
    }

    private int list(Screen screen, ImClient client) throws InterruptedException {
        List<OfflineFile> files = session.answer(client.offlineFiles());
        if (files.isEmpty()) {
            screen.line("nothing waits for " + session.userName());
            return ExitCodes.DONE;
        }
        UserNames names = UserNames.of(client);
        screen.line(row("FROM", "SIZE", "EXPIRES", "NAME"));
        Instant now = Instant.now();
        Addressee groups = new Addressee(session, client, names);
        for (OfflineFile file : files) {
            String from = groups.senderOf(file.fromUserId(), file.group());
            screen.line(row(from, Amounts.size(file.size()), expiry(file, now), file.fileName()));
        }
        return ExitCodes.DONE;
    }

    private static String expiry(OfflineFile file, Instant now) {
        return file.details()
                .expiresAt()
                .map(end -> "in " + Amounts.roughTime(Duration.between(now, end)))
                .orElse("-");
    }

    static String row(String from, String size, String expires, String name) {
        return String.format(Locale.ROOT, ROW, Printable.of(from), size, expires, Printable.of(name));
    }

    /** Nothing is deleted unless it is clear what all of the arguments mean. */
    private int delete(Screen screen, ImClient client) throws InterruptedException {
        List<OfflineFile> files = session.answer(client.offlineFiles());
        List<OfflineFile> deleted = new ArrayList<>();
        for (String one : unwanted) {
            deleted.add(find(one, files));
        }
        for (OfflineFile file : deleted) {
            session.answer(client.forget(file));
        }
        // There is no answer to that, but the next list shows what became of it.
        Set<String> left = session.answer(client.offlineFiles()).stream()
                .map(OfflineFile::taskId)
                .collect(Collectors.toSet());
        boolean allGone = true;
        for (OfflineFile file : deleted) {
            if (left.contains(file.taskId())) {
                allGone = false;
                screen.error("not deleted: " + file.fileName() + " still waits");
            } else {
                screen.line("deleted " + file.fileName() + " (" + Amounts.size(file.size()) + ")");
            }
        }
        return allGone ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    /** Names are taken as they are shown, too: what cannot be shown can hardly be typed. */
    private OfflineFile find(String nameOrTask, List<OfflineFile> files) {
        List<OfflineFile> found = files.stream()
                .filter(file -> file.taskId().equals(nameOrTask)
                        || file.fileName().equals(nameOrTask)
                        || Printable.of(file.fileName()).equals(nameOrTask))
                .toList();
        if (found.isEmpty()) {
            throw new CommandFailure(
                    ExitCodes.USAGE, "no file called " + nameOrTask + " waits for " + session.userName());
        }
        if (found.size() > 1) {
            throw new CommandFailure(
                    ExitCodes.USAGE,
                    found.size() + " files are called " + nameOrTask + "; delete one by its task: "
                            + found.stream()
                                    .map(file -> file.taskId() + " (" + Amounts.size(file.size()) + ")")
                                    .collect(Collectors.joining(", ")));
        }
        return found.get(0);
    }
}
