package im.db;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine.Option;

/**
 * Where a command gets a password from: a file, {@code IM_PASSWORD}, or a prompt. Never an argument, which everybody on the
 * machine can read.
 */
final class PasswordSource {
    static final String VARIABLE = "IM_PASSWORD";

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = {
                "the password is the first line of this file;",
                "without it: IM_PASSWORD from the environment, or else a prompt"
            })
    private Path file;

    /** There is none to be had; the message says what to do. */
    static final class NoPassword extends Exception {
        NoPassword(String message) {
            super(message);
        }
    }

    String read() throws NoPassword {
        String password = file != null ? fromFile() : fromEnvironmentOrPrompt();
        if (password.isEmpty()) {
            throw new NoPassword("the password is empty");
        }
        return password;
    }

    private String fromFile() throws NoPassword {
        try {
            return Files.readString(file).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new NoPassword("cannot read " + file.toAbsolutePath());
        }
    }

    private static String fromEnvironmentOrPrompt() throws NoPassword {
        String password = System.getenv(VARIABLE);
        if (password != null) {
            return password;
        }
        Console console = System.console();
        if (console == null) {
            throw new NoPassword("no terminal to ask on: give the password in " + VARIABLE + " or --password-file");
        }
        return fromPrompt(console);
    }

    private static String fromPrompt(Console console) throws NoPassword {
        char[] first = console.readPassword("Password: ");
        char[] second = console.readPassword("Again: ");
        if (first == null || second == null || !Arrays.equals(first, second)) {
            throw new NoPassword("the two are not the same");
        }
        return new String(first);
    }
}
