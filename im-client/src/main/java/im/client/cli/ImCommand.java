package im.client.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code im} command, to which others may add subcommands of their own. */
@Command(
        name = "im",
        description = "Talk with other users, send them files, and receive theirs.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            ChatCommand.class,
            MessageCommand.class,
            HistoryCommand.class,
            UsersCommand.class,
            GroupsCommand.class,
            SendCommand.class,
            ReceiveCommand.class,
            FilesCommand.class
        },
        footer = {"", "'im COMMAND --help' explains a command and lists its exit codes."})
public final class ImCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** A new command line with what a client can do. Subcommands may be added before it is executed. */
    public static CommandLine commandLine() {
        return new CommandLine(new ImCommand())
                .setExecutionStrategy(ImCommand::run)
                .setExecutionExceptionHandler(ImCommand::explain)
                .setParameterExceptionHandler(ImCommand::refuse);
    }

    /** Nothing of what a command writes is missing when it says that everything was done. */
    private static int run(ParseResult parsed) {
        int exitCode = new RunLast().execute(parsed);
        List<CommandLine> named = parsed.asCommandLineList();
        Screen screen = Screen.of(named.get(named.size() - 1));
        if (exitCode == ExitCodes.DONE && screen.isBroken()) {
            screen.error("cannot write to standard output: what should be there is not complete");
            return ExitCodes.FAILED;
        }
        return exitCode;
    }

    /** Who has named a command and got something about it wrong is told that alone; else the commands are listed, too. */
    private static int refuse(ParameterException wrong, String[] args) {
        CommandLine line = wrong.getCommandLine();
        Screen.of(line).error(wrong.getMessage());
        UnmatchedArgumentException.printSuggestions(wrong, line.getErr());
        if (line.getParent() == null) {
            line.usage(line.getErr());
        } else {
            Screen.of(line).error("'" + line.getCommandSpec().qualifiedName() + " --help' explains it.");
        }
        return ExitCodes.USAGE;
    }

    /** The failures that commands explain themselves take one line; anything else is a bug and shows its stack. */
    private static int explain(Exception failure, CommandLine line, ParseResult parsed) throws Exception {
        if (failure instanceof CommandFailure explained) {
            Screen.of(line).error(explained.getMessage());
            return explained.exitCode();
        }
        throw failure;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}
