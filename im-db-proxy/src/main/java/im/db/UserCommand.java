package im.db;

import im.db.domain.NameTaken;
import im.db.domain.Profile;
import im.db.domain.StorageFailure;
import im.db.domain.User;
import im.db.domain.UserId;
import im.db.domain.UserName;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code user add|passwd|list}: accounts from the command line. */
@Command(
        name = "user",
        description = "Manages accounts.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class UserCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    static CommandLine commandLine(Supplier<DbProxyConfig> configuration) {
        return new CommandLine(new UserCommand())
                .addSubcommand(new Add(configuration))
                .addSubcommand(new Passwd(configuration))
                .addSubcommand(new ListUsers(configuration));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "add, passwd or list?");
    }

    /** What they have in common: the database, and failures as one line. */
    private abstract static class AccountCommand implements Callable<Integer> {
        private final Supplier<DbProxyConfig> configuration;

        @Spec
        private CommandSpec spec;

        AccountCommand(Supplier<DbProxyConfig> configuration) {
            this.configuration = configuration;
        }

        @Override
        public Integer call() throws Exception {
            try (Accounts accounts = Accounts.open(configuration.get())) {
                return run(accounts);
            } catch (StorageFailure e) {
                return fail(e.getMessage());
            }
        }

        abstract int run(Accounts accounts) throws Exception;

        PrintWriter out() {
            return spec.commandLine().getOut();
        }

        int fail(String reason) {
            spec.commandLine().getErr().println(reason);
            return CommandLine.ExitCode.SOFTWARE;
        }

        UserName name(String text) {
            try {
                return new UserName(text);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), e.getMessage());
            }
        }

        String password(PasswordSource source) {
            try {
                return source.read();
            } catch (PasswordSource.NoPassword e) {
                throw new ParameterException(spec.commandLine(), e.getMessage());
            }
        }
    }

    @Command(name = "add", description = "Adds a user.", mixinStandardHelpOptions = true)
    private static final class Add extends AccountCommand {
        @Parameters(paramLabel = "NAME", description = "what the user logs in with")
        private String name;

        @Option(names = "--nick-name", paramLabel = "TEXT", description = "what others see; NAME if not given")
        private String nickName;

        @Mixin
        private PasswordSource source;

        Add(Supplier<DbProxyConfig> configuration) {
            super(configuration);
        }

        @Override
        public Integer call() throws Exception {
            // Before anything is connected: what is typed wrong is told at once.
            name(name);
            return super.call();
        }

        @Override
        int run(Accounts accounts) {
            UserName userName = name(name);
            try {
                UserId id = accounts.add(
                        userName, password(source), Profile.ofNickName(nickName == null ? name : nickName));
                out().println(userName + " has the id " + id);
                return CommandLine.ExitCode.OK;
            } catch (NameTaken e) {
                return fail(e.getMessage());
            }
        }
    }

    @Command(name = "passwd", description = "Changes a user's password.", mixinStandardHelpOptions = true)
    private static final class Passwd extends AccountCommand {
        @Parameters(paramLabel = "NAME", description = "what the user logs in with")
        private String name;

        @Mixin
        private PasswordSource source;

        Passwd(Supplier<DbProxyConfig> configuration) {
            super(configuration);
        }

        @Override
        int run(Accounts accounts) {
            UserName userName = name(name);
            if (!accounts.changePassword(userName, password(source))) {
                return fail("there is no user called " + userName);
            }
            out().println("the password of " + userName + " is changed");
            return CommandLine.ExitCode.OK;
        }
    }

    @Command(name = "list", description = "Lists all users: id, name, nick name.", mixinStandardHelpOptions = true)
    private static final class ListUsers extends AccountCommand {
        ListUsers(Supplier<DbProxyConfig> configuration) {
            super(configuration);
        }

        @Override
        int run(Accounts accounts) {
            accounts.forEach(this::print);
            return CommandLine.ExitCode.OK;
        }

        private void print(User user) {
            // Nick names come from users: nothing of theirs may drive the terminal.
            String nickName = user.profile().nickName().replaceAll("\\p{Cntrl}", "?");
            out().printf("%s\t%s\t%s%n", user.id(), user.name(), nickName);
        }
    }
}
