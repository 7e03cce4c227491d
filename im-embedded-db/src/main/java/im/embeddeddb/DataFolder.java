package im.embeddeddb;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one database: what lies where in it, and the lock that keeps everyone else out. The lock belongs to the
 * JVM, so it is gone with it; a server that is still there then was left behind and may be stopped.
 */
final class DataFolder {
    private static final Logger log = LoggerFactory.getLogger(DataFolder.class);

    /** A path for a Unix socket may not be longer; the limit is 107 on Linux and 103 on macOS. */
    private static final int LONGEST_SOCKET_PATH = 100;

    /** A failed installation says why and then gives 25 lines of good advice. */
    private static final int LOG_LINES_TO_SHOW = 40;

    /** Locks on files are held by a JVM, not by whoever in it asked first. */
    private static final Set<Path> LOCKED_HERE = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lockFile;

    private DataFolder(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Takes the folder, making it if need be.
     *
     * @throws IOException if this or another JVM has it already, or it cannot be written
     */
    static DataFolder lock(Path folder) throws IOException {
        Path path = Files.createDirectories(folder).toRealPath();
        // Asked first: merely opening and closing the lock file again would give up the lock this JVM has on it.
        if (!LOCKED_HERE.add(path)) {
            throw new IOException("a database already runs on " + path);
        }
        FileChannel file = null;
        try {
            file = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (file.tryLock() == null) {
                throw new IOException("a database of another process already runs on " + path
                        + "; stop that one, or take another folder");
            }
            DataFolder locked = new DataFolder(path, file);
            Files.createDirectories(locked.temporary());
            Files.deleteIfExists(locked.log());
            return locked;
        } catch (IOException | RuntimeException e) {
            if (file != null) {
                file.close();
            }
            LOCKED_HERE.remove(path);
            throw e;
        }
    }

    /** Lets the next one have the folder; a second call does nothing. */
    void unlock() {
        if (!lockFile.isOpen()) {
            return;
        }
        try {
            lockFile.close();
        } catch (IOException e) {
            log.warn("{} could not be unlocked: {}", path, e.toString());
        }
        LOCKED_HERE.remove(path);
    }

    boolean isLocked() {
        return lockFile.isOpen();
    }

    Path path() {
        return path;
    }

    Path data() {
        return path.resolve("data");
    }

    Path temporary() {
        return path.resolve("tmp");
    }

    Path log() {
        return path.resolve("mariadb.log");
    }

    Path pidFile() {
        return path.resolve("mariadb.pid");
    }

    Path initFile() {
        return path.resolve("init.sql");
    }

    Path socket() {
        Path here = path.resolve("mariadb.sock");
        if (here.toString().length() <= LONGEST_SOCKET_PATH) {
            return here;
        }
        String name = "im-mariadb-" + Passwords.random().substring(0, 12) + ".sock";
        return Path.of(System.getProperty("java.io.tmpdir"), name);
    }

    private Path connectionFile() {
        return path.resolve("jdbc.properties");
    }

    boolean isInstalled() {
        return Files.isDirectory(data());
    }

    /** A new folder for the system tables, which becomes {@link #data} only when it is complete. */
    Path beginInstallation() throws IOException {
        Path unfinished = path.resolve("data.part");
        FileTree.delete(unfinished);
        return Files.createDirectory(unfinished);
    }

    void endInstallation(Path unfinished) throws IOException {
        Files.move(unfinished, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    void writeInitFile(String... statements) throws IOException {
        writeForOwnerOnly(initFile(), Arrays.asList(statements));
    }

    void deleteInitFile() {
        delete(initFile());
    }

    void writeConnectionFile(String url, String user, String password) throws IOException {
        writeForOwnerOnly(connectionFile(), List.of("url=" + url, "user=" + user, "password=" + password));
    }

    void deleteConnectionFile() {
        delete(connectionFile());
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("{} holds a password and could not be deleted: {}", file, e.toString());
        }
    }

    private static void writeForOwnerOnly(Path file, List<String> lines) throws IOException {
        Files.deleteIfExists(file);
        boolean posix = Files.getFileStore(file.getParent()).supportsFileAttributeView("posix");
        FileAttribute<?>[] ownerOnly = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Files.createFile(file, ownerOnly);
        Files.write(file, lines, StandardCharsets.UTF_8);
    }

    /**
     * Whoever has the lock is alone; a server that still runs on the data has lost its JVM and is on its way out, or
     * never noticed. Two servers on the same data would destroy it.
     */
    void stopWhatWasLeftRunning(Duration timeout) throws IOException {
        Optional<ProcessHandle> left = runningServer();
        if (left.isEmpty()) {
            return;
        }
        ProcessHandle server = left.get();
        log.info("stopping process {}, a database left on {} by a JVM that is gone", server.pid(), path);
        server.destroy();
        try {
            server.onExit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException("process " + server.pid() + " still runs on " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for process " + server.pid(), e);
        }
    }

    Optional<ProcessHandle> runningServer() throws IOException {
        if (!Files.exists(pidFile())) {
            return Optional.empty();
        }
        String pid = Files.readString(pidFile()).trim();
        if (!pid.matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        // A process id is given to somebody else after a while: only a database is meant.
        return ProcessHandle.of(Long.parseLong(pid))
                .filter(process -> process.info().command().orElse("").contains("mariadbd"));
    }

    /** True when the init file was worked through and connections are accepted. */
    boolean logSaysReady() throws IOException {
        return logLines().stream().anyMatch(line -> line.contains("ready for connections"));
    }

    boolean logSaysPortIsTaken() throws IOException {
        return logLines().stream().anyMatch(line -> line.contains("Bind on TCP/IP port"));
    }

    /** The end of the log, for an error message. */
    String lastLogLines() throws IOException {
        List<String> lines = logLines();
        List<String> last = lines.subList(Math.max(0, lines.size() - LOG_LINES_TO_SHOW), lines.size());
        return log() + " ends with:\n" + String.join("\n", last);
    }

    private List<String> logLines() throws IOException {
        return Files.exists(log()) ? Files.readAllLines(log(), StandardCharsets.ISO_8859_1) : List.of();
    }
}
