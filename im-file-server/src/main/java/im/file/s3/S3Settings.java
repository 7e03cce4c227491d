package im.file.s3;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the bucket is and how it is used; what each setting means for an operator stands in {@code reference.conf}.
 *
 * @param endpoint of the service; empty for that of AWS
 * @param region empty for what the environment of the process says
 * @param prefix of the names of all objects
 * @param credentials empty for what the environment of the process gives
 * @param uploadThreads parts and commits that are under way at a time
 * @param readThreads everything else that is under way at a time
 * @param readBuffers bytes that downloads may have read ahead, all together
 * @param attempts how often a call is tried
 * @param callTimeout how long one attempt may take
 */
public record S3Settings(
        Optional<URI> endpoint,
        Optional<String> region,
        String bucket,
        String prefix,
        Optional<Credentials> credentials,
        boolean pathStyle,
        int uploadThreads,
        int readThreads,
        long readBuffers,
        int attempts,
        Duration callTimeout) {

    /** An access key and its secret, which nothing prints. */
    public record Credentials(String accessKey, String secretKey) {
        @Override
        public String toString() {
            return accessKey;
        }
    }
}
