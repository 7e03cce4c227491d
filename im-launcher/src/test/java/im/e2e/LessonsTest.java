package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every row of docs/lessons.md names its tests, and these are there. */
class LessonsTest {
    private static final Path PROJECT = Path.of("..");
    private static final Path DOC = PROJECT.resolve("docs/lessons.md");
    private static final Pattern NAMED = Pattern.compile("`([\\w.]+)#(\\w+)`");

    @Test
    void everyRowNamesTestsThatAreThere() throws IOException {
        List<String> rows = Files.readAllLines(DOC).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| the original |"))
                .toList();
        assertThat(rows).isNotEmpty();
        for (String row : rows) {
            List<MatchResult> named = NAMED.matcher(row).results().toList();
            assertThat(named).as("tests of " + row).isNotEmpty();
            for (MatchResult test : named) {
                assertThat(source(test.group(1)))
                        .as(test.group())
                        .containsPattern("@(Test|ParameterizedTest)\\b[^;{}]*(\\{[^;{}]*}[^;{}]*)?\\bvoid "
                                + test.group(2) + "\\(");
            }
        }
    }

    private static String source(String testClass) throws IOException {
        Path file = Path.of("src/test/java", testClass.replace('.', '/') + ".java");
        try (Stream<Path> modules = Files.list(PROJECT)) {
            List<Path> found = modules.map(module -> module.resolve(file))
                    .filter(Files::exists)
                    .toList();
            assertThat(found).as(testClass).hasSize(1);
            return Files.readString(found.get(0));
        }
    }
}
