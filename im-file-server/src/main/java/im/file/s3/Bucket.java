package im.file.s3;

import com.google.common.io.ByteStreams;
import com.google.common.primitives.Ints;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.CRC32C;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The objects under one prefix of one bucket, and nothing of what they mean. Every method blocks, tries several times, and fails with an
 * {@link IOException} that says what could not be done where. Keys are without the prefix. Thread-safe.
 */
final class Bucket implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);
    private static final int MOST_AT_ONCE = 1000;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;

    private final S3Client client;
    private final S3Settings settings;

    private Bucket(S3Client client, S3Settings settings) {
        this.client = client;
        this.settings = settings;
    }

    /** An object as a listing shows it. */
    record Listed(String key, long size, Instant modified) {}

    /** @param newest when it was begun, or its last part came */
    record Unfinished(String key, String upload, Instant newest) {}

    /** @throws IOException when there is no such bucket for us */
    static Bucket open(S3Settings settings) throws IOException {
        S3Client client;
        try {
            client = client(settings);
        } catch (SdkException e) {
            throw new IOException(
                    "cannot use S3: " + e.getMessage() + "; check store.s3.region, endpoint and the keys", e);
        }
        Bucket bucket = new Bucket(client, settings);
        try {
            client.headBucket(request -> request.bucket(settings.bucket()));
            return bucket;
        } catch (SdkException e) {
            bucket.close();
            throw new IOException(bucket + " cannot be used: " + whyNot(e), e);
        }
    }

    private static S3Client client(S3Settings settings) {
        S3ClientBuilder builder = S3Client.builder()
                .credentialsProvider(credentials(settings))
                .forcePathStyle(settings.pathStyle())
                // Checksums are ours, and many services know no others.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(S3Configuration.builder()
                        .chunkedEncodingEnabled(false)
                        .expectContinueEnabled(false)
                        .build())
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .socketTimeout(settings.callTimeout()))
                .overrideConfiguration(common -> common.apiCallAttemptTimeout(settings.callTimeout())
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(settings.attempts())
                                .backoffStrategy(BackoffStrategy.exponentialDelay(FIRST_BACKOFF, LONGEST_BACKOFF))
                                .circuitBreakerEnabled(false)
                                .build()));
        settings.endpoint().ifPresent(builder::endpointOverride);
        settings.region().map(Region::of).ifPresent(builder::region);
        return builder.build();
    }

    private static AwsCredentialsProvider credentials(S3Settings settings) {
        return settings.credentials()
                .<AwsCredentialsProvider>map(keys -> StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(keys.accessKey(), keys.secretKey())))
                .orElseGet(() -> DefaultCredentialsProvider.builder().build());
    }

    private static String whyNot(SdkException e) {
        if (!(e instanceof S3Exception answer)) {
            return "there is no answer (" + e.getMessage()
                    + "); check store.s3.endpoint, region and the network, and that" + " there are keys";
        }
        return switch (answer.statusCode()) {
            case NOT_FOUND -> "there is no such bucket; make it, or check store.s3.bucket and endpoint";
            case FORBIDDEN ->
                "these keys may not, or the secret is wrong; check store.s3.access-key, secret-key and region,"
                        + " and the bucket's policy";
            default -> e.getMessage() + "; check store.s3";
        };
    }

    /** An object with these bytes, in place of what had the key. */
    void put(String key, byte[] bytes) throws IOException {
        call(
                "put " + key,
                () -> client.putObject(
                        request ->
                                request.bucket(settings.bucket()).key(full(key)).checksumCRC32C(crc32c(bytes)),
                        RequestBody.fromBytes(bytes)));
    }

    /** As above, with bytes that can be read several times. */
    void put(String key, ContentStreamProvider bytes, long length, int crc32c) throws IOException {
        call(
                "put " + key,
                () -> client.putObject(
                        request -> request.bucket(settings.bucket())
                                .key(full(key))
                                .checksumCRC32C(base64(crc32c))
                                .overrideConfiguration(own -> own.apiCallAttemptTimeout(timeoutFor(length))),
                        RequestBody.fromContentProvider(bytes, length, "application/octet-stream")));
    }

    /**
     * Makes an object unless there is one with that key.
     *
     * @return what there is now
     */
    byte[] putIfAbsent(String key, byte[] bytes) throws IOException {
        Optional<byte[]> there = get(key);
        if (there.isPresent()) {
            return there.get();
        }
        try {
            client.putObject(
                    request -> request.bucket(settings.bucket()).key(full(key)).ifNoneMatch("*"),
                    RequestBody.fromBytes(bytes));
        } catch (SdkException e) {
            boolean taken = e instanceof S3Exception answer
                    && (answer.statusCode() == PRECONDITION_FAILED || answer.statusCode() == CONFLICT);
            if (!taken) {
                throw failed("put " + key, e);
            }
        }
        // A service that knows no conditions may have taken two.
        return get(key).orElseThrow(() -> new IOException(this + " does not have " + key + ", which was just put"));
    }

    Optional<byte[]> get(String key) throws IOException {
        try {
            return Optional.of(client.getObjectAsBytes(
                            request -> request.bucket(settings.bucket()).key(full(key)))
                    .asByteArray());
        } catch (SdkException e) {
            return absent("get " + key, e);
        }
    }

    /** Reads so many bytes from there on into the beginning of an array. */
    void read(String key, long offset, int length, byte[] into) throws IOException {
        String range = "bytes=" + offset + "-" + (offset + length - 1);
        ResponseTransformer<GetObjectResponse, Integer> fill = (response, stream) -> {
            try {
                return ByteStreams.read(stream, into, 0, length);
            } catch (IOException e) {
                throw RetryableException.create("cut off", e);
            }
        };
        int came = call(
                "get " + key,
                () -> client.getObject(
                        request ->
                                request.bucket(settings.bucket()).key(full(key)).range(range),
                        fill));
        if (came != length) {
            throw new IOException(this + " gave " + came + " bytes of " + Keys.forLogs(key) + " instead of " + range);
        }
    }

    Optional<Listed> head(String key) throws IOException {
        try {
            var head = client.headObject(
                    request -> request.bucket(settings.bucket()).key(full(key)));
            return Optional.of(new Listed(key, head.contentLength(), head.lastModified()));
        } catch (SdkException e) {
            return absent("look at " + key, e);
        }
    }

    /** If it is there. */
    void delete(String key) throws IOException {
        call(
                "delete " + key,
                () -> client.deleteObject(
                        request -> request.bucket(settings.bucket()).key(full(key))));
    }

    /** The objects whose keys begin so, in the order of the keys, fetched as they are wanted. */
    Listing list(String beginning) {
        return list(beginning, Optional.empty(), MOST_AT_ONCE);
    }

    /**
     * As above.
     *
     * @param after only those behind this key
     * @param atOnce how many are probably wanted
     */
    Listing list(String beginning, Optional<String> after, int atOnce) {
        Iterator<Listed> pages = client
                .listObjectsV2Paginator(request -> {
                    request.bucket(settings.bucket()).prefix(full(beginning)).maxKeys(Math.min(atOnce, MOST_AT_ONCE));
                    after.map(this::full).ifPresent(request::startAfter);
                })
                .contents()
                .stream()
                .map(object -> new Listed(
                        object.key().substring(settings.prefix().length()), object.size(), object.lastModified()))
                .iterator();
        return new Listing(pages);
    }

    /** What a listing goes on with. */
    final class Listing {
        private final Iterator<Listed> pages;

        private Listing(Iterator<Listed> pages) {
            this.pages = pages;
        }

        /** Empty at the end. */
        Optional<Listed> next() throws IOException {
            return call("list", () -> pages.hasNext() ? Optional.of(pages.next()) : Optional.empty());
        }
    }

    // Objects that come in parts

    /** @return the name of the upload */
    String begin(String key) throws IOException {
        return call(
                        "begin " + key,
                        () -> client.createMultipartUpload(request -> request.bucket(settings.bucket())
                                .key(full(key))
                                .checksumAlgorithm(ChecksumAlgorithm.CRC32_C)))
                .uploadId();
    }

    /** @param number from 1 */
    CompletedPart put(String key, String upload, int number, ContentStreamProvider bytes, long length, int crc32c)
            throws IOException {
        String sum = base64(crc32c);
        String eTag = call(
                        "put part " + number + " of " + key,
                        () -> client.uploadPart(
                                request -> request.bucket(settings.bucket())
                                        .key(full(key))
                                        .uploadId(upload)
                                        .partNumber(number)
                                        .checksumCRC32C(sum)
                                        .overrideConfiguration(own -> own.apiCallAttemptTimeout(timeoutFor(length))),
                                RequestBody.fromContentProvider(bytes, length, "application/octet-stream")))
                .eTag();
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(eTag)
                .checksumCRC32C(sum)
                .build();
    }

    /** Makes one object of the parts. An attempt of which the answer was lost may have done it already. */
    void complete(String key, String upload, List<CompletedPart> parts) throws IOException {
        try {
            client.completeMultipartUpload(request -> request.bucket(settings.bucket())
                    .key(full(key))
                    .uploadId(upload)
                    .multipartUpload(all -> all.parts(parts)));
        } catch (NoSuchUploadException e) {
            if (head(key).isEmpty()) {
                throw failed("complete " + key, e);
            }
        } catch (SdkException e) {
            throw failed("complete " + key, e);
        }
    }

    /** Forgets the parts, if they are there. */
    void abort(String key, String upload) throws IOException {
        try {
            client.abortMultipartUpload(
                    request -> request.bucket(settings.bucket()).key(full(key)).uploadId(upload));
        } catch (NoSuchUploadException gone) {
            // So it is.
        } catch (SdkException e) {
            throw failed("abort " + key, e);
        }
    }

    /** Uploads whose keys begin so and that were neither completed nor aborted. */
    List<Unfinished> unfinished(String beginning) throws IOException {
        return call(
                "list uploads",
                () -> client
                        .listMultipartUploadsPaginator(
                                request -> request.bucket(settings.bucket()).prefix(full(beginning)))
                        .uploads()
                        .stream()
                        .map(this::unfinished)
                        .flatMap(Optional::stream)
                        .toList());
    }

    private Optional<Unfinished> unfinished(MultipartUpload upload) {
        try {
            Instant newest = Stream.concat(
                            Stream.of(upload.initiated()),
                            StreamSupport.stream(
                                            client.listPartsPaginator(request -> request.bucket(settings.bucket())
                                                            .key(upload.key())
                                                            .uploadId(upload.uploadId()))
                                                    .parts()
                                                    .spliterator(),
                                            false)
                                    .map(Part::lastModified))
                    .max(Instant::compareTo)
                    .orElseThrow();
            return Optional.of(
                    new Unfinished(upload.key().substring(settings.prefix().length()), upload.uploadId(), newest));
        } catch (NoSuchUploadException goneMeanwhile) {
            return Optional.empty();
        }
    }

    private Duration timeoutFor(long length) {
        return settings.callTimeout().multipliedBy(Math.max(1, length / PartPlan.SMALLEST));
    }

    private String full(String key) {
        return settings.prefix() + key;
    }

    private static String crc32c(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return base64((int) sum.getValue());
    }

    private static String base64(int crc32c) {
        return Base64.getEncoder().encodeToString(Ints.toByteArray(crc32c));
    }

    private <T> T call(String what, Supplier<T> call) throws IOException {
        try {
            return call.get();
        } catch (SdkException e) {
            throw failed(what, e);
        }
    }

    private <T> Optional<T> absent(String what, SdkException e) throws IOException {
        if (e instanceof S3Exception answer && answer.statusCode() == NOT_FOUND) {
            return Optional.empty();
        }
        throw failed(what, e);
    }

    private IOException failed(String what, SdkException e) {
        return new IOException(this + ": cannot " + Keys.forLogs(what) + ": " + e.getMessage(), e);
    }

    @Override
    public String toString() {
        return "bucket " + settings.bucket() + " at "
                + settings.endpoint().map(URI::toString).orElse("AWS");
    }

    @Override
    public void close() {
        client.close();
    }
}
