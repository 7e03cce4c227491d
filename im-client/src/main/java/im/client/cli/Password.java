package im.client.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Where a password comes from: a file, the environment, or a person. Never an argument, which everybody on the machine can see. */
final class Password {
    static final String ENVIRONMENT_VARIABLE = "IM_PASSWORD";

    private Password() {}

    /** @throws CommandFailure when there is none; the message says what to do */
    static String of(String userName, Optional<Path> file) {
        if (file.isPresent()) {
            return firstLine(file.get());
        }
        String fromEnvironment = System.getenv(ENVIRONMENT_VARIABLE);
        if (fromEnvironment != null) {
            return fromEnvironment;
        }
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("Password of %s: ", userName);
        if (typed == null) {
            throw new CommandFailure(
                    ExitCodes.USAGE,
                    "no password for " + userName + ": set " + ENVIRONMENT_VARIABLE
                            + ", give --password-file FILE, or run this on a terminal");
        }
        return new String(typed);
    }

    private static String firstLine(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            return text.lines().findFirst().orElse("");
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitCodes.USAGE, "there is no password file " + file);
        } catch (CharacterCodingException e) {
            throw new CommandFailure(ExitCodes.USAGE, "the password file " + file + " is not text in UTF-8");
        } catch (AccessDeniedException e) {
            throw new CommandFailure(ExitCodes.USAGE, "the password file " + file + " may not be read by this user");
        } catch (IOException e) {
            throw new CommandFailure(ExitCodes.USAGE, "cannot read the password file " + file + ": " + e.getMessage());
        }
    }
}
