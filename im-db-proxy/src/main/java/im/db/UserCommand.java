package im.db;

import im.db.domain.NameTaken;
import im.db.domain.Profile;
import im.db.domain.User;
import im.db.domain.UserId;
import im.db.domain.UserName;
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

    /** What they have in common: names, and passwords that are not arguments. */
    private abstract static class AccountCommand extends DatabaseCommand {
        AccountCommand(Supplier<DbProxyConfig> configuration) {
            super(configuration);
        }

        UserName name(String text) {
            try {
                return new UserName(text);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(commandLine(), e.getMessage());
            }
        }

        String password(PasswordSource source) {
            try {
                return source.read();
            } catch (PasswordSource.NoPassword e) {
                throw new ParameterException(commandLine(), e.getMessage());
            }
        }
    }

    @Command(name = "add", description = "Adds a user.", mixinStandardHelpOptions = true)
    private static final class Add extends AccountCommand {
        @Parameters(paramLabel = "NAME", description = "what the user logs in with")
        private String name;

        @Option(names = "--nick-name", paramLabel = "TEXT", description = "what others see; NAME if not given")
        private String nickName;

        @Option(
                names = "--department",
                paramLabel = "ID",
                description = "the department the user is in; none if not given")
        private long departmentId;

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
            if (departmentId != 0 && !accounts.departments().exists(departmentId)) {
                return fail("there is no department " + departmentId);
            }
            try {
                UserId id = accounts.add(
                        userName,
                        password(source),
                        Profile.ofNickName(nickName == null ? name : nickName, departmentId));
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
            String nickName = printable(user.profile().nickName());
            out().printf("%s\t%s\t%s%n", user.id(), user.name(), nickName);
        }
    }
}
