package im.client.cli;

import im.client.ClientListener;
import im.client.ImClient;
import im.client.User;
import im.proto.base.ClientType;
import im.proto.base.UserStatType;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code im users}: who there is. */
@Command(name = "users", description = "List everybody with an account, and who is online.", sortOptions = false)
public final class UsersCommand implements Callable<Integer> {
    private static final String ROW = "%10s  %-20s  %-8s  %s";
    private static final int ASKED_AT_ONCE = 1000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SessionOptions session;

    @Override
    public Integer call() throws InterruptedException {
        Screen screen = Screen.of(spec.commandLine());
        return session.run(ClientType.CLIENT_TYPE_ANDROID, ClientListener.NONE, client -> list(screen, client));
    }

    private int list(Screen screen, ImClient client) throws InterruptedException {
        List<User> users = session.answer(client.people().all());
        Map<Integer, UserStatType> presence = new HashMap<>();
        for (int from = 0; from < users.size(); from += ASKED_AT_ONCE) {
            List<User> some = users.subList(from, Math.min(users.size(), from + ASKED_AT_ONCE));
            presence.putAll(session.answer(
                    client.people().presence(some.stream().map(User::id).toList())));
        }
        screen.line(row("ID", "USER", "IS", "NAME"));
        users.forEach(user -> screen.line(row(
                Integer.toUnsignedString(user.id()),
                user.loginName(),
                word(presence.get(user.id())),
                user.nickName())));
        return ExitCodes.DONE;
    }

    private static String row(Object... columns) {
        return String.format(Locale.ROOT, ROW, columns).stripTrailing();
    }

    private static String word(UserStatType status) {
        if (status == null) {
            return "-";
        }
        return switch (status) {
            case USER_STATUS_ONLINE -> "online";
            case USER_STATUS_LEAVE -> "absent";
            case USER_STATUS_OFFLINE -> "-";
        };
    }
}
