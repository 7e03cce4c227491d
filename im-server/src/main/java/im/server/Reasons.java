package im.server;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why something failed, in a line for people. */
public final class Reasons {
    private Reasons() {}

    /** The message, or what is wrong with the file where the message is nothing but its name. */
    public static String of(Exception failure) {
        if (failure instanceof FileSystemException about && about.getReason() == null) {
            return about.getFile() + whatIsWrong(about);
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    private static String whatIsWrong(FileSystemException failure) {
        if (failure instanceof AccessDeniedException) {
            return ": the user of this process has no right to it";
        }
        if (failure instanceof NoSuchFileException) {
            return " does not exist, and cannot be made";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return " is in the way: a folder has to be there, or nothing";
        }
        return " cannot be used (" + failure.getClass().getSimpleName() + ")";
    }
}
