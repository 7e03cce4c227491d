package im.db;

import im.db.domain.StorageFailure;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What commands that change the database directly have in common: the connection, and failures as one line. */
abstract class DatabaseCommand implements Callable<Integer> {
    private final Supplier<DbProxyConfig> configuration;

    @Spec
    private CommandSpec spec;

    DatabaseCommand(Supplier<DbProxyConfig> configuration) {
        this.configuration = configuration;
    }

    @Override
    public Integer call() throws Exception {
        try (Accounts accounts = open()) {
            return run(accounts);
        } catch (StorageFailure e) {
            return fail(e.getMessage());
        }
    }

    private Accounts open() {
        try {
            return Accounts.open(configuration.get());
        } catch (StorageFailure e) {
            // Often it is not the database: the built-in address was taken, since nothing said another.
            throw new StorageFailure(
                    e.getMessage() + " (which database it is: --config FILE, before \""
                            + spec.parent().name() + "\"; its password: the db-proxy's environment)",
                    e);
        }
    }

    abstract int run(Accounts accounts) throws Exception;

    CommandLine commandLine() {
        return spec.commandLine();
    }

    PrintWriter out() {
        return commandLine().getOut();
    }

    int fail(String reason) {
        commandLine().getErr().println(reason);
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Names come from users: nothing of theirs may drive the terminal. */
    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
