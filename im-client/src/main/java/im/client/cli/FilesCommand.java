package im.client.cli;

import im.client.ClientListener;
import im.client.ImClient;
import im.client.OfflineFile;
import im.client.Printable;
import im.proto.base.ClientType;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code im files}: what waits for a user. */
@Command(name = "files", description = "List the files that are stored and wait for a user.")
public final class FilesCommand implements Callable<Integer> {
    private static final String ROW = "%-20s  %10s  %s";

    @Spec
    private CommandSpec spec;

    @Mixin
    private SessionOptions session;

    @Override
    public Integer call() throws InterruptedException {
        Screen screen = Screen.of(spec.commandLine());
        // A mobile login, so that a desktop session of the same user that waits for files is left alone.
        return session.run(ClientType.CLIENT_TYPE_ANDROID, ClientListener.NONE, client -> list(screen, client));
    }

    private int list(Screen screen, ImClient client) throws InterruptedException {
        List<OfflineFile> files = session.answer(client.offlineFiles());
        if (files.isEmpty()) {
            screen.line("nothing waits for " + session.userName());
            return ExitCodes.DONE;
        }
        UserNames names = UserNames.of(client);
        screen.line(row("FROM", "SIZE", "NAME"));
        files.forEach(
                file -> screen.line(row(names.of(file.fromUserId()), Amounts.size(file.size()), file.fileName())));
        return ExitCodes.DONE;
    }

    static String row(String from, String size, String name) {
        return String.format(Locale.ROOT, ROW, Printable.of(from), size, Printable.of(name));
    }
}
