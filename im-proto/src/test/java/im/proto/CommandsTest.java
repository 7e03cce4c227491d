package im.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import im.proto.base.ServiceID;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandsTest {

    private static final int COMMANDS = 95;

    /** Their way is told in words, and both go to and from clients. */
    private static final Set<String> BLOCKS = Set.of("0x0504", "0x0505");

    @Test
    void commandsAreThoseOfTheTable() throws Exception {
        List<String> declared = new ArrayList<>();
        for (Command<?> command : constants()) {
            declared.add(rowOf(command));
        }

        assertThat(declared)
                .hasSize(COMMANDS)
                .containsExactlyElementsOf(ProtocolTable.rows("commands.tsv").stream()
                        .map(CommandsTest::expected)
                        .toList());
    }

    @Test
    void theCatalogueHoldsEveryConstant() throws Exception {
        assertThat(Commands.CATALOGUE.commands()).containsExactlyElementsOf(constants());
    }

    @Test
    void aConstantIsNamedAsItsCommand() throws Exception {
        for (Field constant : constantFields()) {
            assertThat(((Command<?>) constant.get(null)).name()).isEqualTo(constant.getName());
        }
    }

    private static List<Field> constantFields() {
        return Arrays.stream(Commands.class.getFields())
                .filter(field -> field.getType() == Command.class)
                .toList();
    }

    private static List<Command<?>> constants() throws IllegalAccessException {
        List<Command<?>> constants = new ArrayList<>();
        for (Field constant : constantFields()) {
            constants.add((Command<?>) constant.get(null));
        }
        return constants;
    }

    private static String rowOf(Command<?> command) throws InvalidProtocolBufferException {
        Message body = (Message) command.parser().parsePartialFrom(ByteString.EMPTY);
        return String.format(
                "0x%04x CID_%s %d %s fromClient=%s",
                command.commandId(),
                command.name(),
                command.serviceId(),
                body.getDescriptorForType().getFullName(),
                command.fromClient());
    }

    private static String expected(String row) {
        String[] columns = row.split("\t", -1);
        String id = columns[0];
        String way = columns[4];
        boolean fromClient = way.equals("any")
                || BLOCKS.contains(id)
                || Arrays.stream(way.split(";")).anyMatch(hop -> hop.strip().startsWith("client>"));
        return String.format(
                "%s %s %d %s fromClient=%s",
                id, columns[1], ServiceID.valueOf(columns[2]).getNumber(), columns[3], fromClient);
    }
}
