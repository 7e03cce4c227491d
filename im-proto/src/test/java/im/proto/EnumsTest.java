package im.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnumsTest {

    @Test
    void enumsAndTheirValuesAreThoseOfTheTable() {
        List<String> declared = ProtoFiles.ALL.stream()
                .flatMap(file -> file.getEnumTypes().stream())
                .flatMap(type -> type.getValues().stream())
                .map(EnumsTest::rowOf)
                .toList();

        assertThat(declared).containsExactlyElementsOf(ProtocolTable.rows("enums.tsv"));
    }

    private static String rowOf(EnumValueDescriptor value) {
        return String.format(
                "%s\t%s\t%d\t0x%04x\t%s",
                value.getFile().getPackage(),
                value.getType().getName(),
                value.getNumber(),
                value.getNumber(),
                value.getName());
    }
}
