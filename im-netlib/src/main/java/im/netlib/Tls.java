package im.netlib;

import com.google.common.net.HostAndPort;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What protects the connections of a port, or those that are made: TLS 1.2 or 1.3 with certificates from PEM files, or nothing.
 *
 * <p>Certificates that change on the disk count for handshakes from the next {@link #look} on; connections that there are stay as
 * they are. Thread-safe.
 */
public final class Tls {
    private static final Logger log = LoggerFactory.getLogger(Tls.class);
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);
    /** A peer that does not read is not told for longer that the connection ends. */
    private static final Duration GOODBYE_LIMIT = Duration.ofSeconds(1);

    private static final Tls NONE = new Tls("plain", Optional.empty(), Duration.ZERO);

    /**
     * What a side shows of itself.
     *
     * @param certificate a PEM file: the certificate, then those between it and its CA
     * @param key a PEM file with the key that belongs to it: PKCS #8, without a password
     */
    public record Identity(Path certificate, Path key) {}

    private final String name;
    private final Optional<TlsFiles> files;
    private final Duration handshakeLimit;
    private TlsFiles.Contents seen;
    private String lastComplaint = "";
    private Validity.Stage told = Validity.Stage.GOOD;
    private volatile SslContext context;
    private volatile Optional<Validity> validity = Optional.empty();
    private final TlsFailures failures = new TlsFailures();

    private Tls(String name, Optional<TlsFiles> files, Duration handshakeLimit) {
        this.name = name;
        this.files = files;
        this.handshakeLimit = handshakeLimit;
    }

    /** No TLS. */
    public static Tls none() {
        return NONE;
    }

    /**
     * For a port whose clients are not asked for a certificate.
     *
     * @param handshakeLimit how long a handshake may take
     * @throws IOException when these files do not do; the message says which, and why
     */
    public static Tls forClientPort(Identity own, Duration handshakeLimit) throws IOException {
        return loaded("TLS for clients", new TlsFiles(true, Optional.of(own), Optional.empty()), handshakeLimit);
    }

    /**
     * For a port to which only servers connect: they have to show a certificate that was signed by {@code ca}.
     *
     * @param handshakeLimit how long a handshake may take
     * @throws IOException when these files do not do; the message says which, and why
     */
    public static Tls forLinkPort(Identity own, Path ca, Duration handshakeLimit) throws IOException {
        return loaded("TLS from servers", new TlsFiles(true, Optional.of(own), Optional.of(ca)), handshakeLimit);
    }

    /**
     * For connecting to other servers: theirs has to be signed by {@code ca}, and to be for the host that is dialled.
     *
     * @throws IOException when these files do not do; the message says which, and why
     */
    public static Tls forLinks(Identity own, Path ca) throws IOException {
        return loaded("TLS to servers", new TlsFiles(false, Optional.of(own), Optional.of(ca)), Duration.ZERO);
    }

    /**
     * For a client: the server's certificate has to be for the host that is dialled.
     *
     * @param ca who must have signed it; empty for those that this machine trusts
     * @throws IOException when the file does not do; the message says why
     */
    public static Tls forClient(Optional<Path> ca) throws IOException {
        return loaded("TLS to servers", new TlsFiles(false, Optional.empty(), ca), Duration.ZERO);
    }

    /** As {@link #forClient}, for the HTTP client of the JDK. */
    public static SSLContext forHttpClient(Optional<Path> ca) throws IOException {
        if (ca.isEmpty()) {
            return defaultContext();
        }
        List<X509Certificate> certificates = PemFile.read(ca.get()).certificates();
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (X509Certificate certificate : certificates) {
                trusted.setCertificateEntry("ca-" + trusted.size(), certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(ca.get() + " cannot be trusted: " + e.getMessage(), e);
        }
    }

    private static SSLContext defaultContext() {
        try {
            return SSLContext.getDefault();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    private static Tls loaded(String name, TlsFiles files, Duration handshakeLimit) throws IOException {
        Tls tls = new Tls(name, Optional.of(files), handshakeLimit);
        tls.load(files, files.read());
        log.debug("{}: by {}", name, TlsFiles.provider());
        return tls;
    }

    private synchronized void load(TlsFiles from, TlsFiles.Contents contents) throws IOException {
        seen = contents;
        context = from.context(contents);
        validity = contents.certificate().isPresent()
                ? Optional.of(Validity.of(contents.certificate().get()))
                : Optional.empty();
        told = Validity.Stage.GOOD;
        tellOfTheEnd(Instant.now());
    }

    public boolean isOn() {
        return files.isPresent();
    }

    /** When the first of the certificates expires that this side shows now. */
    public Optional<Instant> expires() {
        return validity.map(Validity::until);
    }

    /** How often it did not come about, with whom connected or was connected to. */
    public TlsFailures failures() {
        return failures;
    }

    // Certificates that change

    /** Looks every minute, on a thread of its own, for as long as these event loops run. */
    public void watchWith(EventLoopGroup loops) {
        watchWith(loops, LOOK_EVERY);
    }

    void watchWith(EventLoopGroup loops, Duration every) {
        if (isOn()) {
            log.info("{}: on, with {}, by {}", name, seen, TlsFiles.provider());
            loops.next()
                    .scheduleWithFixedDelay(
                            this::lookOffLoop, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void lookOffLoop() {
        Thread thread = new Thread(this::look, "certificates");
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes what the files are now, if they have changed and are good; else what there was stays, with a line at ERROR for each change. Blocks. */
    public synchronized void look() {
        if (files.isEmpty()) {
            return;
        }
        takeWhatHasChanged();
        tellOfTheEnd(Instant.now());
    }

    private void takeWhatHasChanged() {
        try {
            TlsFiles.Contents now = files.get().read();
            if (!now.equals(seen)) {
                load(files.get(), now);
                log.info("{}: {} has changed, and counts from now on", name, now);
            }
            lastComplaint = "";
        } catch (IOException e) {
            if (!e.getMessage().equals(lastComplaint)) {
                lastComplaint = e.getMessage();
                log.error("{}: what there was stays in use: {}", name, e.getMessage());
            }
        }
    }

    /** A line when what is shown expires soon, and one when it has. */
    synchronized void tellOfTheEnd(Instant now) {
        Validity.Stage stage = validity.map(shown -> shown.at(now)).orElse(Validity.Stage.GOOD);
        if (stage == told) {
            return;
        }
        told = stage;
        switch (stage) {
            case GOOD -> {}
            case ENDS_SOON ->
                log.warn(
                        "{}: {} expires soon, on {}; a new one in its place is taken without a restart",
                        name,
                        validity.get().file(),
                        validity.get().until());
            case ENDED ->
                log.error(
                        "{}: {} has expired, on {}: others will not have it; a new one in its place is taken without a restart",
                        name,
                        validity.get().file(),
                        validity.get().until());
        }
    }

    // Connections

    /**
     * Protects a connection that came in, if that is wanted. A peer with which it fails costs one line at WARN, none
     * if it just goes away, and is closed.
     *
     * @param port for logs
     * @param onSecured fills the rest of the pipeline; runs on the event loop, before anything is read, or never
     */
    public void accept(String port, Channel channel, Runnable onSecured) {
        if (!isOn()) {
            onSecured.run();
            return;
        }
        secure(
                channel,
                context.newHandler(channel.alloc()),
                handshakeLimit,
                onSecured,
                failure -> log.atLevel(TlsFailure.isHangUp(failure) ? Level.DEBUG : Level.WARN)
                        .log("{}: {} {}", port, channel.remoteAddress(), TlsFailure.words(failure)));
    }

    /**
     * Protects a connection that was made, if that is wanted. One of the two callbacks is called, on the event loop.
     *
     * @param address that was dialled; the certificate has to be for its host
     * @param limit how long the handshake may take
     * @param onSecured fills the rest of the pipeline
     * @param onFailure told why not, in words for people; the channel is closed
     */
    void dial(
            Channel channel, HostAndPort address, Duration limit, Runnable onSecured, Consumer<IOException> onFailure) {
        if (!isOn()) {
            onSecured.run();
            return;
        }
        secure(
                channel,
                context.newHandler(channel.alloc(), address.getHost(), address.getPort()),
                limit,
                onSecured,
                failure -> onFailure.accept(new IOException("it " + TlsFailure.words(failure), failure)));
    }

    private void secure(
            Channel channel, SslHandler handler, Duration limit, Runnable onSecured, Consumer<Throwable> onFailure) {
        handler.setHandshakeTimeoutMillis(limit.toMillis());
        handler.setCloseNotifyFlushTimeoutMillis(GOODBYE_LIMIT.toMillis());
        channel.pipeline().addLast(handler, new TlsGate(onSecured, failure -> {
            failures.failed(TlsFailure.reason(failure));
            onFailure.accept(failure);
        }));
    }

    /** In words for people, if what went wrong with a connection is TLS; else it is a bug, or of the network. */
    public static Optional<String> reason(Throwable failure) {
        return TlsFailure.is(failure) ? Optional.of(TlsFailure.words(failure)) : Optional.empty();
    }

    /** Ends this side of a connection, and says so if it speaks TLS; the peer can still send. On the event loop. */
    public static void shutdownOutput(Channel channel) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) {
            ((DuplexChannel) channel).shutdownOutput();
        } else {
            handler.closeOutbound().addListener(told -> ((DuplexChannel) channel).shutdownOutput());
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
