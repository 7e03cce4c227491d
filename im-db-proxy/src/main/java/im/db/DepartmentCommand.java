package im.db;

import im.db.domain.Department;
import im.db.domain.Refused;
import java.time.Instant;
import java.util.Comparator;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code department add|list|remove}: the organisation from the command line. */
@Command(
        name = "department",
        description = "Manages the departments of the organisation.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class DepartmentCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    static CommandLine commandLine(Supplier<DbProxyConfig> configuration) {
        return new CommandLine(new DepartmentCommand())
                .addSubcommand(new Add(configuration))
                .addSubcommand(new ListDepartments(configuration))
                .addSubcommand(new Remove(configuration));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "add, list or remove?");
    }

    @Command(name = "add", description = "Adds a department.", mixinStandardHelpOptions = true)
    private static final class Add extends DatabaseCommand {
        private static final long MAX_PRIORITY = 0xffff_ffffL;

        @Parameters(paramLabel = "NAME", description = "what users see")
        private String name;

        @Option(names = "--parent", paramLabel = "ID", description = "the department it is part of; none if not given")
        private long parentId;

        @Option(
                names = "--priority",
                paramLabel = "NUMBER",
                description = "clients sort by it; 0 to 4294967295, 0 if not given")
        private long priority;

        Add(Supplier<DbProxyConfig> configuration) {
            super(configuration);
        }

        @Override
        public Integer call() throws Exception {
            if (!Department.isName(name)) {
                throw new ParameterException(
                        commandLine(), "the name of a department has 1 to 64 characters, no control characters");
            }
            if (priority < 0 || priority > MAX_PRIORITY) {
                throw new ParameterException(commandLine(), "a priority is a number from 0 to " + MAX_PRIORITY);
            }
            return super.call();
        }

        @Override
        int run(Accounts accounts) {
            try {
                out().println(name + " has the id " + accounts.departments().add(name, parentId, priority));
                return CommandLine.ExitCode.OK;
            } catch (Refused e) {
                return fail(e.getMessage());
            }
        }
    }

    @Command(
            name = "list",
            description = "Lists all departments: id, id of the one above (0 for none), priority, name.",
            mixinStandardHelpOptions = true)
    private static final class ListDepartments extends DatabaseCommand {
        ListDepartments(Supplier<DbProxyConfig> configuration) {
            super(configuration);
        }

        @Override
        int run(Accounts accounts) {
            accounts.departments().changedSince(Instant.EPOCH, Integer.MAX_VALUE).stream()
                    .filter(department -> !department.removed())
                    .sorted(Comparator.comparingLong(Department::id))
                    .forEach(department -> out().printf(
                                    "%d\t%d\t%d\t%s%n",
                                    department.id(),
                                    department.parentId(),
                                    department.priority(),
                                    printable(department.name())));
            return CommandLine.ExitCode.OK;
        }
    }

    @Command(
            name = "remove",
            description = "Removes a department that has none below it; its users are then in the one above.",
            mixinStandardHelpOptions = true)
    private static final class Remove extends DatabaseCommand {
        @Parameters(paramLabel = "ID")
        private long id;

        Remove(Supplier<DbProxyConfig> configuration) {
            super(configuration);
        }

        @Override
        int run(Accounts accounts) {
            try {
                accounts.departments().remove(id);
                out().println("department " + id + " is removed");
                return CommandLine.ExitCode.OK;
            } catch (Refused e) {
                return fail(e.getMessage());
            }
        }
    }
}
