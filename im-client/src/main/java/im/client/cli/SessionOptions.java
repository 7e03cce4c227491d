package im.client.cli;

import com.google.common.net.HostAndPort;
import im.client.ClientListener;
import im.client.ClientOptions;
import im.client.ImClient;
import im.client.LoginRefusedException;
import im.client.LoginServer;
import im.client.RequestRefusedException;
import im.client.ServerUnreachableException;
import im.netlib.AddressSource;
import im.netlib.Tls;
import im.proto.base.ClientType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Who talks to which server: what all commands share. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "The password comes from --password-file, else from the environment variable IM_PASSWORD, else from a prompt.",
            "IM_LOG_LEVEL=DEBUG shows what happens."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything was done",
            "1:a transfer failed, what was asked was refused, or the output could not be written",
            "2:the command line is wrong, or a file or user in it does not exist",
            "3:the login was refused, or the same user logged in somewhere else",
            "4:the server cannot be reached or does not answer",
            "130:stopped by Ctrl-C"
        })
final class SessionOptions {
    private static final Duration LOGIN_SERVER_TIMEOUT = Duration.ofSeconds(5);

    @Option(
            names = "--server",
            paramLabel = "HOST[:PORT]",
            defaultValue = "127.0.0.1:8000",
            converter = ServerConverter.class,
            description = "the msg-server (default: ${DEFAULT-VALUE})")
    private HostAndPort server;

    @Option(
            names = "--login-server",
            paramLabel = "HOST[:PORT]",
            converter = LoginServerConverter.class,
            description =
                    "the HTTP port of a login-server (default port: 8080), which names the msg-server; instead of --server")
    private HostAndPort loginServer;

    @Option(names = "--as", paramLabel = "USER", required = true, description = "login name of the user to log in as")
    private String userName;

    @Option(names = "--password-file", paramLabel = "FILE", description = "file whose first line is the password")
    private Path passwordFile;

    @Option(
            names = "--tls",
            description = "speak TLS to all servers; each needs a certificate for the host by which it is reached")
    private boolean tls;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description =
                    "with --tls: PEM file of the CA that signed their certificates (default: those that Java trusts)")
    private Path ca;

    static final class ServerConverter extends AddressConverter {
        ServerConverter() {
            super(8000);
        }
    }

    static final class LoginServerConverter extends AddressConverter {
        LoginServerConverter() {
            super(8080);
        }
    }

    private static class AddressConverter implements ITypeConverter<HostAndPort> {
        private final int defaultPort;

        AddressConverter(int defaultPort) {
            this.defaultPort = defaultPort;
        }

        @Override
        public HostAndPort convert(String text) {
            try {
                HostAndPort address = HostAndPort.fromString(text).withDefaultPort(defaultPort);
                if (!address.getHost().isEmpty()) {
                    return address;
                }
            } catch (IllegalArgumentException e) {
                // The message below says it better.
            }
            throw new TypeConversionException("'" + text + "' is no HOST[:PORT]");
        }
    }

    String userName() {
        return userName;
    }

    /** What a command does while logged in; the result is its exit code. */
    interface Work {
        int run(ImClient client) throws InterruptedException;
    }

    /**
     * Logs in, works and logs out; Ctrl-C cancels what is under way.
     *
     * @param clientType a desktop client is offered files, and ends an older desktop session of the user; a mobile one does neither
     * @throws CommandFailure when the login fails; the message says what to do
     */
    int run(ClientType clientType, ClientListener listener, Work work) throws InterruptedException {
        ImClient client = answer(ImClient.connect(options(clientType), listener));
        CtrlC ctrlC = new CtrlC(client);
        try {
            return work.run(client);
        } finally {
            ctrlC.close();
        }
    }

    private ClientOptions options(ClientType clientType) {
        if (ca != null && !tls) {
            throw new CommandFailure(ExitCodes.USAGE, "--ca is of use only together with --tls");
        }
        try {
            return ClientOptions.of(servers(), userName, Password.of(userName, Optional.ofNullable(passwordFile)))
                    .withTls(tls ? Tls.forClient(Optional.ofNullable(ca)) : Tls.none())
                    .withClientType(clientType);
        } catch (IOException e) {
            throw new CommandFailure(ExitCodes.USAGE, "--ca: " + e.getMessage());
        }
    }

    private AddressSource servers() throws IOException {
        if (loginServer == null) {
            return AddressSource.always(server);
        }
        return tls
                ? new LoginServer(loginServer, LOGIN_SERVER_TIMEOUT, Tls.forHttpClient(Optional.ofNullable(ca)))
                : new LoginServer(loginServer, LOGIN_SERVER_TIMEOUT);
    }

    /** Waits for what the server was asked for. */
    <T> T answer(CompletableFuture<T> asked) throws InterruptedException {
        try {
            return asked.get();
        } catch (ExecutionException e) {
            throw explain(e.getCause());
        }
    }

    /** What a failed request means for the command. */
    CommandFailure explain(Throwable cause) {
        if (cause instanceof RequestRefusedException) {
            return new CommandFailure(ExitCodes.FAILED, cause.getMessage());
        }
        if (cause instanceof LoginRefusedException refused) {
            return new CommandFailure(ExitCodes.LOGIN_REFUSED, explain(refused));
        }
        if (cause instanceof ServerUnreachableException) {
            return new CommandFailure(
                    ExitCodes.UNREACHABLE,
                    cause.getMessage()
                            + (tls
                                    ? ". Is it running, with TLS on? --ca FILE says whose certificates are good."
                                    : ". Is it running ('im up' starts one)? --server HOST:PORT names another, --tls speaks TLS."));
        }
        return new CommandFailure(
                ExitCodes.UNREACHABLE, cause.getMessage() + ". Try again; if it stays so, look at the server's log.");
    }

    private String explain(LoginRefusedException refused) {
        String words = refused.resultString().isEmpty() ? "" : " (the server says: " + refused.resultString() + ")";
        return switch (refused.resultType()) {
            case REFUSE_REASON_DB_VALIDATE_FAILED ->
                "login refused: the user name " + userName + " or the password is wrong" + words;
            case REFUSE_REASON_VERSION_TOO_OLD -> "login refused: this client is too old for the server" + words;
            case REFUSE_REASON_MSG_SERVER_FULL -> "login refused: the server is full; try again later" + words;
            case REFUSE_REASON_NO_DB_SERVER ->
                "login refused: the server has no database just now; try again in a moment" + words;
            default ->
                "login refused: the server is not complete just now, " + refused.resultType()
                        + "; try again in a moment" + words;
        };
    }
}
