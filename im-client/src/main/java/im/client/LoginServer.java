package im.client;

import com.google.common.base.Throwables;
import com.google.common.net.HostAndPort;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import im.netlib.AddressSource;
import im.netlib.Tls;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/** A login-server, which knows the msg-server with the least load: {@code GET /msg_server}. Thread-safe. */
public final class LoginServer implements AddressSource {
    private static final int FOUND = 0;
    private static final int OK = 200;

    private final HostAndPort address;
    private final Duration timeout;
    private final URI question;
    private final HttpClient http;

    /**
     * @param address of its HTTP port
     * @param timeout for connecting, and for the answer
     */
    public LoginServer(HostAndPort address, Duration timeout) {
        this(address, timeout, "http", HttpClient.newBuilder());
    }

    /** The same, by HTTPS; {@link im.netlib.Tls#forHttpClient} makes the context. */
    public LoginServer(HostAndPort address, Duration timeout, SSLContext tls) {
        this(address, timeout, "https", HttpClient.newBuilder().sslContext(tls));
    }

    private LoginServer(HostAndPort address, Duration timeout, String scheme, HttpClient.Builder http) {
        this.address = address;
        this.timeout = timeout;
        this.question = URI.create(scheme + "://" + address + "/msg_server");
        this.http = http.connectTimeout(timeout).build();
    }

    /** Fails with {@link ServerUnreachableException} when the login-server, or every msg-server, is away or full. */
    @Override
    public CompletableFuture<HostAndPort> next() {
        CompletableFuture<HttpResponse<String>> exchange =
                http.sendAsync(HttpRequest.newBuilder(question).build(), BodyHandlers.ofString());
        // The timeout of a request would end with the headers.
        return exchange.copy()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .handle((response, failure) -> {
                    exchange.cancel(true);
                    if (failure != null) {
                        throw unreachable("cannot reach the login-server " + address + ": " + reason(failure));
                    }
                    return msgServer(response);
                });
    }

    private HostAndPort msgServer(HttpResponse<String> response) {
        try {
            Config answer = ConfigFactory.parseString(
                    response.body(), ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
            if (response.statusCode() == OK && answer.getInt("code") == FOUND) {
                // The port is a string in this protocol.
                return HostAndPort.fromParts(answer.getString("priorIP"), Integer.parseInt(answer.getString("port")));
            }
            throw unreachable("the login-server " + address + " has no msg-server to offer: "
                    + (answer.hasPath("msg") ? answer.getString("msg") : "status " + response.statusCode()));
        } catch (ConfigException | IllegalArgumentException e) {
            throw unreachable("what answers at " + address + " is no login-server: " + e.getMessage());
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof TimeoutException) {
            return "it does not answer";
        }
        if (cause instanceof ConnectException) {
            boolean unknown =
                    Throwables.getCausalChain(cause).stream().anyMatch(UnresolvedAddressException.class::isInstance);
            return unknown ? "no host has this name" : "connection refused";
        }
        if (Tls.reason(cause).isPresent()) {
            return "it " + Tls.reason(cause).get();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private CompletionException unreachable(String why) {
        return new CompletionException(why, new ServerUnreachableException(why));
    }

    @Override
    public String toString() {
        return "that the login-server " + address + " names";
    }
}
