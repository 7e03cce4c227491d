package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldReaderTest {
    private static FieldReader reading(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        // Readable bytes behind the end must not be touched: 0x01 would end any varint.
        ByteBuf buffer = Unpooled.buffer().writeBytes(bytes).writeBytes(new byte[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
        return new FieldReader(buffer, 0, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 16_383, 16_384, 0xffffffffL, Integer.MIN_VALUE, Long.MAX_VALUE, -1})
    void aVarintIsReadAsProtobufWroteIt(long value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeUInt64NoTag(value);
        out.flush();

        FieldReader in = reading(HexFormat.of().formatHex(bytes.toByteArray()));

        assertThat(in.readVarint()).isEqualTo(value);
        assertThat(in.hasMore()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "80", "ff", "ffffffffffffffffff"})
    void aVarintThatEndsTooEarlyIsAViolation(String hex) {
        assertThatThrownBy(() -> reading(hex).readVarint())
                .isInstanceOf(ProtocolViolation.class)
                .hasMessageContaining("ends within a field");
    }

    @Test
    void aVarintWithoutAnEndIsAViolation() {
        assertThatThrownBy(() -> reading("ff".repeat(11)).readVarint())
                .isInstanceOf(ProtocolViolation.class)
                .hasMessageContaining("endless");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0500", "0700000000", "ffffffff0f", "ffffffffffffffffff01", "808080808001"})
    void aLengthBeyondTheBodyIsAViolation(String hex) {
        assertThatThrownBy(() -> reading(hex).readLength()).isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void skippingReturnsWhereItStarted() {
        FieldReader in = reading("03aabbcc0a");

        int length = in.readLength();
        int start = in.skip(length);

        assertThat(length).isEqualTo(3);
        assertThat(start).isEqualTo(1);
        assertThat(in.readVarint()).isEqualTo(10);
        assertThat(in.hasMore()).isFalse();
    }

    @Test
    void skippingPastTheEndIsAViolation() {
        assertThatThrownBy(() -> reading("0102").skip(3)).isInstanceOf(ProtocolViolation.class);
    }

    /** Tags of field 9 with the wire types varint, fixed64, bytes, fixed32, each followed by the varint 7. */
    @ParameterizedTest
    @ValueSource(strings = {"48ff0107", "49010203040506070807", "4a0301020307", "4d0102030407"})
    void aFieldOfEveryKindIsSkippedWhole(String hex) {
        FieldReader in = reading(hex);

        in.skipField(in.readTag());

        assertThat(in.readVarint()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"48ff", "4901020304050607", "4a04010203", "4d010203"})
    void aFieldThatIsCutOffIsAViolation(String hex) {
        FieldReader in = reading(hex);
        int tag = in.readTag();

        assertThatThrownBy(() -> in.skipField(tag)).isInstanceOf(ProtocolViolation.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4b", "4c", "4e", "4f"})
    void groupsAndUndefinedWireTypesAreViolations(String hex) {
        FieldReader in = reading(hex);
        int tag = in.readTag();

        assertThatThrownBy(() -> in.skipField(tag)).isInstanceOf(ProtocolViolation.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "02", "07"})
    void fieldNumberZeroIsAViolation(String hex) {
        assertThatThrownBy(() -> reading(hex).readTag()).isInstanceOf(ProtocolViolation.class);
    }
}
