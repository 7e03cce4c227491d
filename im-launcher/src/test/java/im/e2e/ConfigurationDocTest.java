package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/configuration.md says what every reference.conf says. With {@code -Dim.docs.write=true} it is written instead of compared. */
class ConfigurationDocTest {
    private static final Path PROJECT = Path.of("..");
    private static final Path DOC = PROJECT.resolve("docs/configuration.md");
    private static final String WRITE =
            "./mvnw -pl im-launcher -am -Dtest=ConfigurationDocTest -Dsurefire.failIfNoSpecifiedTests=false"
                    + " -Dim.docs.write=true test";
    private static final String INTRODUCTION = """
            # Configuration

            Every key of every server, its default, and what it means; [Operations](operations.md#configuration) says how to set them. Where nothing is said
            about a key, what stands above it goes for it too.

            This page is written by a test, from the comments in each server's `reference.conf`: change those, and say
            `%s`.
            """.formatted(WRITE);

    @Test
    void thePageSaysWhatTheReferencesSay() throws IOException {
        if (Boolean.getBoolean("im.docs.write")) {
            Files.writeString(DOC, page());
        } else {
            assertThat(Files.readString(DOC))
                    .as("%s; write it with: %s", DOC, WRITE)
                    .isEqualTo(page());
        }
    }

    private static String page() throws IOException {
        try (Stream<Path> modules = Files.list(PROJECT)) {
            return modules.map(module -> module.resolve("src/main/resources/reference.conf"))
                    .filter(Files::exists)
                    .sorted()
                    .map(reference -> ConfigFactory.parseFile(reference.toFile()))
                    .map(ConfigurationDocTest::section)
                    .collect(Collectors.joining("", INTRODUCTION, ""));
        }
    }

    private static String section(Config reference) {
        Map.Entry<String, ConfigValue> server = inOrder(reference.root()).get(0);
        StringBuilder rows = new StringBuilder("\n## " + server.getKey() + "\n\n| key | default | |\n|---|---|---|\n");
        append(rows, server.getKey(), (ConfigObject) server.getValue());
        return rows.toString();
    }

    private static void append(StringBuilder rows, String prefix, ConfigObject settings) {
        for (Map.Entry<String, ConfigValue> setting : inOrder(settings)) {
            String key = prefix + "." + ConfigUtil.joinPath(setting.getKey());
            ConfigValue value = setting.getValue();
            if (value instanceof ConfigObject inner) {
                if (!meaning(value).isEmpty()) {
                    rows.append("| `%s.…` | | %s |\n".formatted(key, meaning(value)));
                }
                append(rows, key, inner);
            } else {
                rows.append("| `%s` | `%s` | %s |\n".formatted(key, text(value), meaning(value)));
            }
        }
    }

    /** As it is written down. */
    private static List<Map.Entry<String, ConfigValue>> inOrder(ConfigObject settings) {
        return settings.entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<String, ConfigValue> setting) ->
                                setting.getValue().origin().lineNumber())
                        .thenComparing(Map.Entry::getKey))
                .toList();
    }

    private static String text(ConfigValue value) {
        String plain = String.valueOf(value.unwrapped());
        return value.unwrapped() instanceof String && !plain.isEmpty()
                ? plain
                : value.render(ConfigRenderOptions.concise());
    }

    private static String meaning(ConfigValue value) {
        return value.origin().comments().stream()
                .map(String::strip)
                .collect(Collectors.joining(" "))
                .replace("|", "\\|")
                .replace("<", "&lt;");
    }
}
