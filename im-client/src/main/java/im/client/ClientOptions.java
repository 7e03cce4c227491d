package im.client;

import com.google.common.net.HostAndPort;
import im.netlib.AddressSource;
import im.netlib.Backoff;
import im.netlib.Tls;
import im.proto.base.ClientType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * Who logs in where, and how patient the client is. Immutable; start with {@link #of} and change what must differ.
 *
 * @param servers where to find a msg-server; asked again after every loss
 * @param userName the login name
 * @param passwordMd5 lower-case hex md5 of the password: what the protocol sends
 * @param tls what protects the connections to all servers: each msg-server and file-server then has to speak it, with a certificate for the
 *     host by which it is reached
 * @param clientType Windows and Mac are desktop clients, which files are offered to; the others are mobile ones
 * @param connectTimeout for one TCP connection to any server
 * @param requestTimeout for the answer to a login or a request; also how long the end of an offline transfer waits for a
 *     msg-server connection that is away
 * @param heartbeatEvery after how long without sending a heartbeat goes out, on every connection
 * @param silenceLimit after how long without a byte from a server, which answers heartbeats, its connection is given up
 * @param progressTimeout how long a transfer may stand still before it fails
 * @param acceptTimeout how long a file that is sent waits for the other side to ask for the first byte, which a receiver and a
 *     file-server that has a part of it already may not do at once, and when it was sent in full for the word that it is safe
 * @param messageTimeout how long a message is sent again and again until it is known to be stored
 * @param checksumFirst whether a file that is to be stored is read for its checksum before it is sent, so that a broken upload only
 *     goes on if the file is still the same; otherwise a large file starts sooner. Servers of others have no use for it, and it is
 *     never done for them. A receiver who is there hears the checksum with the end of the file
 * @param backoff between attempts to get the msg-server connection back, and between those to go on with a transfer
 * @param reconnect false: the first loss of the msg-server connection is the end of the session
 */
public record ClientOptions(
        AddressSource servers,
        String userName,
        String passwordMd5,
        Tls tls,
        ClientType clientType,
        Duration connectTimeout,
        Duration requestTimeout,
        Duration heartbeatEvery,
        Duration silenceLimit,
        Duration progressTimeout,
        Duration acceptTimeout,
        Duration messageTimeout,
        boolean checksumFirst,
        Backoff backoff,
        boolean reconnect) {

    /** A desktop client of this msg-server, with the usual patience. */
    public static ClientOptions of(HostAndPort server, String userName, String password) {
        return of(AddressSource.always(server), userName, password);
    }

    /** A desktop client of any msg-server, such as the one that a {@link LoginServer} names, with the usual patience. */
    public static ClientOptions of(AddressSource servers, String userName, String password) {
        return new ClientOptions(
                servers,
                userName,
                md5(password),
                Tls.none(),
                ClientType.CLIENT_TYPE_WINDOWS,
                Duration.ofSeconds(5),
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                Duration.ofSeconds(45),
                Duration.ofSeconds(60),
                Duration.ofMinutes(10),
                Duration.ofMinutes(1),
                true,
                new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10)),
                true);
    }

    private static String md5(String password) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(password.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    /** {@link Tls#forClient} makes one. */
    public ClientOptions withTls(Tls protection) {
        return with(changed -> changed.tls = protection);
    }

    public ClientOptions withClientType(ClientType type) {
        return with(changed -> changed.clientType = type);
    }

    /** For connecting, and for answers to logins and requests. */
    public ClientOptions withTimeouts(Duration connect, Duration request) {
        return with(changed -> {
            changed.connectTimeout = connect;
            changed.requestTimeout = request;
        });
    }

    public ClientOptions withHeartbeat(Duration every, Duration silence) {
        return with(changed -> {
            changed.heartbeatEvery = every;
            changed.silenceLimit = silence;
        });
    }

    /** For a transfer that stands still, and for another side that has not begun or not said that it is done. */
    public ClientOptions withTransferTimeouts(Duration progress, Duration accept) {
        return with(changed -> {
            changed.progressTimeout = progress;
            changed.acceptTimeout = accept;
        });
    }

    public ClientOptions withMessageTimeout(Duration timeout) {
        return with(changed -> changed.messageTimeout = timeout);
    }

    public ClientOptions withChecksumFirst(boolean first) {
        return with(changed -> changed.checksumFirst = first);
    }

    public ClientOptions withBackoff(Backoff between) {
        return with(changed -> changed.backoff = between);
    }

    public ClientOptions withReconnect(boolean comesBack) {
        return with(changed -> changed.reconnect = comesBack);
    }

    private ClientOptions with(Consumer<Changed> change) {
        Changed changed = new Changed();
        change.accept(changed);
        return new ClientOptions(
                servers,
                userName,
                passwordMd5,
                changed.tls,
                changed.clientType,
                changed.connectTimeout,
                changed.requestTimeout,
                changed.heartbeatEvery,
                changed.silenceLimit,
                changed.progressTimeout,
                changed.acceptTimeout,
                changed.messageTimeout,
                changed.checksumFirst,
                changed.backoff,
                changed.reconnect);
    }

    /** What may differ from these options. */
    private final class Changed {
        Tls tls = tls();
        ClientType clientType = clientType();
        Duration connectTimeout = connectTimeout();
        Duration requestTimeout = requestTimeout();
        Duration heartbeatEvery = heartbeatEvery();
        Duration silenceLimit = silenceLimit();
        Duration progressTimeout = progressTimeout();
        Duration acceptTimeout = acceptTimeout();
        Duration messageTimeout = messageTimeout();
        boolean checksumFirst = checksumFirst();
        Backoff backoff = backoff();
        boolean reconnect = reconnect();
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return userName + " at " + servers;
    }
}
