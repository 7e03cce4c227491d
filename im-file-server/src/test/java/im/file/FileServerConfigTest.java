package im.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.file.s3.S3Settings;
import im.server.BadConfiguration;
import im.server.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FileServerConfigTest {
    private static FileServerConfig config(String... settings) {
        Map<String, String> overrides = new HashMap<>();
        for (String setting : settings) {
            String[] keyAndValue = setting.split("=", 2);
            overrides.put("file-server." + keyAndValue[0], keyAndValue[1]);
        }
        return FileServerConfig.read(Settings.load(Optional.empty(), overrides).at("file-server"));
    }

    @Test
    void filesAreKeptInTheFolderByDefault() {
        assertThat(config().s3()).isEmpty();
    }

    @Test
    void theFileForOperatorsIsGood() {
        Settings settings = Settings.load(Optional.of(Path.of("../conf/file-server.conf")), Map.of());
        assertThat(FileServerConfig.read(settings.at("file-server")).client().getPort())
                .isEqualTo(8600);
    }

    @Test
    void aBucketOfAwsNeedsItsNameOnly() {
        S3Settings s3 = config("store.type=s3", "store.s3.bucket=files").s3().orElseThrow();
        assertThat(s3.bucket()).isEqualTo("files");
        assertThat(s3.endpoint()).isEmpty();
        assertThat(s3.region()).isEmpty();
        assertThat(s3.credentials()).isEmpty();
    }

    @Test
    void aServiceOfOthersNeedsNoRegion() {
        S3Settings s3 = config("store.type=s3", "store.s3.bucket=files", "store.s3.endpoint=http://minio:9000")
                .s3()
                .orElseThrow();
        assertThat(s3.endpoint()).contains(URI.create("http://minio:9000"));
        assertThat(s3.region()).contains("us-east-1");
    }

    @Test
    void refusesWhatCannotBeAndSaysWhere() {
        assertThatThrownBy(() -> config("store.type=tape"))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("file-server.store.type")
                .hasMessageContaining("one of disk, s3");
        assertThatThrownBy(() -> config("store.type=s3"))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("file-server.store.s3.bucket");
        assertThatThrownBy(() -> config("store.type=s3", "store.s3.bucket=files", "store.s3.endpoint=minio:9000"))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("store.s3.endpoint is minio:9000; want a URL");
        assertThatThrownBy(() -> config("store.type=s3", "store.s3.bucket=files", "store.s3.secret-key=hush"))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("access-key")
                .hasMessageNotContaining("hush");
    }
}
