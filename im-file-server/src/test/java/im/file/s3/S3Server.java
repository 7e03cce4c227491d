package im.file.s3;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** An S3 service in this process. It has one bucket at a time, which lies in a folder. */
public final class S3Server implements AutoCloseable {
    private static final int FORBIDDEN = 403;
    private static final String PREFIX = "im/";
    private static final String ACCESS_KEY = "an-access-key";
    static final String SECRET_KEY = "a-secret-key";
    /** Of each pool. */
    static final int THREADS = 4;

    private final AtomicInteger reads = new AtomicInteger();
    private final Path folder;
    private final S3Proxy server;
    private int buckets;
    private volatile Predicate<String> refused = key -> false;

    /** @param folder of the buckets */
    public S3Server(Path folder) throws IOException {
        this.folder = folder;
        startAnew();
        server = S3Proxy.builder()
                .blobStore(new Watched(new FilesystemNio2BlobStore(folder.toString())))
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
                .build();
        try {
            server.start();
        } catch (Exception e) {
            throw new IOException("cannot start an S3 service", e);
        }
    }

    private final class Watched extends ForwardingBlobStore {
        Watched(BlobStore real) {
            super(real);
        }

        @Override
        public PutObjectResponse putBlob(PutObjectRequest request, InputStream bytes) {
            if (refused.test(request.key().substring(PREFIX.length()))) {
                throw S3Exceptions.fromStatusCode(FORBIDDEN);
            }
            return super.putBlob(request, bytes);
        }

        @Override
        public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
            reads.incrementAndGet();
            return super.getBlob(request);
        }
    }

    /**
     * Has an empty bucket from now on, and refuses nothing. To stop one of these takes seconds. The bucket has another name, so that a call
     * which is late changes nothing in it.
     */
    void startAnew() throws IOException {
        buckets++;
        refused = key -> false;
        Files.createDirectories(folder.resolve(bucket()));
    }

    String bucket() {
        return "files-of-tests-" + buckets;
    }

    /** Puts of which objects are refused from now on; keys are without the prefix. */
    void refuse(Predicate<String> keys) {
        refused = keys;
    }

    /** How often somebody has read an object, or some of it. */
    int reads() {
        return reads.get();
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
    }

    /** @param at where it is reached, as are all such below */
    S3Settings settings(InetSocketAddress at) {
        return settings(at, 64 << 20);
    }

    S3Settings settings(InetSocketAddress at, long readBuffers) {
        return settings(at, bucket(), SECRET_KEY, readBuffers);
    }

    static S3Settings settings(InetSocketAddress at, String bucket, String secretKey, long readBuffers) {
        return settings(at, bucket, secretKey, readBuffers, 3, Duration.ofSeconds(60));
    }

    /** One attempt, and that a short one. */
    S3Settings impatient(InetSocketAddress at) {
        return settings(at, bucket(), SECRET_KEY, 64 << 20, 1, Duration.ofMillis(500));
    }

    private static S3Settings settings(
            InetSocketAddress at, String bucket, String secretKey, long readBuffers, int attempts, Duration timeout) {
        return new S3Settings(
                Optional.of(urlOf(at)),
                Optional.of("us-east-1"),
                bucket,
                PREFIX,
                Optional.of(new S3Settings.Credentials(ACCESS_KEY, secretKey)),
                true,
                THREADS,
                THREADS,
                readBuffers,
                attempts,
                timeout);
    }

    private static URI urlOf(InetSocketAddress at) {
        return URI.create("http://127.0.0.1:" + at.getPort());
    }

    /** The same as settings of a file-server, as {@code key=value}. */
    public String[] serverSettings(InetSocketAddress at) {
        return new String[] {
            "store.type=s3",
            "store.s3.endpoint=" + urlOf(at),
            "store.s3.bucket=" + bucket(),
            "store.s3.prefix=" + PREFIX,
            "store.s3.access-key=" + ACCESS_KEY,
            "store.s3.secret-key=" + SECRET_KEY,
            "store.s3.path-style=true",
            "store.s3.attempts=3"
        };
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("cannot stop the S3 service", e);
        }
    }
}
