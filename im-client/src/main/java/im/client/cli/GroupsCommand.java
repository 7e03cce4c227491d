package im.client.cli;

import im.client.ClientListener;
import im.client.Group;
import im.client.ImClient;
import im.client.MembersChanged;
import im.proto.base.ClientType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code im groups}: the groups of a user. */
@Command(
        name = "groups",
        description = "List the groups that a user is in, found one, or change who is in one.",
        sortOptions = false)
public final class GroupsCommand implements Callable<Integer> {
    private static final String ROW = "%10s  %-20s  %s";

    @Spec
    private CommandSpec spec;

    @Mixin
    private SessionOptions session;

    @ArgGroup(multiplicity = "0..1")
    private Change change;

    /** What to do other than listing. */
    static final class Change {
        @Option(
                names = "--create",
                paramLabel = "NAME",
                required = true,
                description = "found a group of these members")
        private String created;

        @Option(names = "--add", paramLabel = "GROUP", required = true, description = "add these members")
        private String addedTo;

        @Option(
                names = "--remove",
                paramLabel = "GROUP",
                required = true,
                description = "remove these members; oneself, to leave")
        private String removedFrom;
    }

    @Option(
            names = "--members",
            paramLabel = "USER",
            split = ",",
            description = "login names or numeric ids, with commas between them")
    private List<String> members = List.of();

    @Override
    public Integer call() throws InterruptedException {
        if (change == null && !members.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--members goes with --create, --add or --remove");
        }
        if (change != null && members.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Missing required option '--members=USER'");
        }
        Screen screen = Screen.of(spec.commandLine());
        return session.run(
                ClientType.CLIENT_TYPE_ANDROID,
                ClientListener.NONE,
                client -> change == null ? list(screen, client) : change(screen, client));
    }

    private int list(Screen screen, ImClient client) throws InterruptedException {
        List<Group> groups = session.answer(client.groups().all());
        if (groups.isEmpty()) {
            screen.line(session.userName() + " is in no group");
            return ExitCodes.DONE;
        }
        UserNames names = UserNames.of(client);
        screen.line(row("ID", "GROUP", "MEMBERS"));
        groups.forEach(group ->
                screen.line(row(Integer.toUnsignedString(group.id()), group.name(), listed(names, group.members()))));
        return ExitCodes.DONE;
    }

    private int change(Screen screen, ImClient client) throws InterruptedException {
        UserNames names = UserNames.of(client);
        Addressee addressee = new Addressee(session, client, names);
        List<Integer> ids = new ArrayList<>();
        for (String member : members) {
            ids.add(addressee.user(member).id());
        }
        if (change.created != null) {
            int id = session.answer(client.groups().create(change.created, false, ids));
            screen.line("founded " + change.created + ", group " + Integer.toUnsignedString(id));
            return ExitCodes.DONE;
        }
        boolean adds = change.addedTo != null;
        Group group = addressee.group(adds ? change.addedTo : change.removedFrom);
        MembersChanged changed = session.answer(
                adds ? client.groups().add(group.id(), ids) : client.groups().remove(group.id(), ids));
        screen.line((adds ? "added: " : "removed: ")
                + (changed.changed().isEmpty() ? "nobody" : listed(names, changed.changed())));
        return ExitCodes.DONE;
    }

    private static String listed(UserNames names, Collection<Integer> ids) {
        return ids.stream().map(names::of).collect(Collectors.joining(", "));
    }

    private static String row(Object... columns) {
        return String.format(Locale.ROOT, ROW, columns);
    }
}
