package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.proto.Command;
import im.proto.Commands;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The table of all commands in docs/protocol.md says what the code says. With {@code -Dim.docs.write=true} it is written instead of compared.
 */
class CommandTableTest {
    private static final Path DOC = Path.of("../docs/protocol.md");
    private static final String BEGIN = "<!-- begin of the table that CommandTableTest writes -->\n";
    private static final String END = "<!-- end of it -->\n";

    @Test
    void theDocumentedTableIsThatOfTheCode() throws Exception {
        String doc = Files.readString(DOC);
        int begin = doc.indexOf(BEGIN) + BEGIN.length();
        int end = doc.indexOf(END);
        assertThat(end).isGreaterThanOrEqualTo(begin);
        if (Boolean.getBoolean("im.docs.write")) {
            Files.writeString(DOC, doc.substring(0, begin) + table() + doc.substring(end));
        } else {
            assertThat(doc.substring(begin, end))
                    .as("the table in %s; run this test with -Dim.docs.write=true to write it", DOC)
                    .isEqualTo(table());
        }
    }

    @Test
    void everyCommandIsDriven() {
        for (Command<?> command : Commands.CATALOGUE.commands()) {
            assertThat(tests(command)).as("tests that drive %s", command).isNotEmpty();
        }
    }

    private static String table() throws Exception {
        Handlers handlers = Handlers.ofAllServersAndTheClient();
        return Commands.CATALOGUE.commands().stream()
                .map(command -> String.format(
                        "| 0x%04x | %s | %s | %s |\n",
                        command.commandId(),
                        command.name(),
                        String.join("<br>", handlers.of(command)),
                        String.join("<br>", tests(command))))
                .collect(Collectors.joining("", "| | command | handled by | test |\n|---|---|---|---|\n", ""));
    }

    private static List<String> tests(Command<?> command) {
        return Arrays.stream(EveryCommandIT.class.getDeclaredMethods())
                .filter(method -> drives(method, command))
                .sorted(Comparator.comparingInt(
                        method -> method.getAnnotation(Order.class).value()))
                .map(Method::getName)
                .toList();
    }

    private static boolean drives(Method test, Command<?> command) {
        Drives drives = test.getAnnotation(Drives.class);
        return drives != null && Arrays.stream(drives.value()).anyMatch(id -> id == command.commandId());
    }
}
