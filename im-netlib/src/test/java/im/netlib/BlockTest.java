package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import im.proto.Commands;
import im.proto.file.IMFilePullDataRsp;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockTest {
    private static final String TASK = "2f9c2c54-8a1b-4c3d-9e5f-0123456789ab";
    private static final byte[] TASK_BYTES = TASK.getBytes(StandardCharsets.US_ASCII);
    private static final long[] U32 = {0, 1, 127, 128, 16_383, 16_384, 0x7fffffffL, 0x80000000L, 0xffffffffL};
    private static final long[] MORE_THAN_U32 = {1L << 32, (1L << 32) + 5, 6L << 30, 1L << 40, Long.MAX_VALUE};

    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static Pdu pdu(Fields fields) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.write(out);
            out.flush();
            return RawFrame.of(0x0505, 1, bytes.toByteArray()).pdu();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static IMFilePullDataRsp message(long result, long user, long offset, byte[] data) {
        return IMFilePullDataRsp.newBuilder()
                .setResultCode((int) result)
                .setTaskId(TASK)
                .setUserId((int) user)
                .setOffset((int) offset)
                .setFileData(ByteString.copyFrom(data))
                .build();
    }

    private static byte[] someBytes(int length) {
        byte[] data = new byte[length];
        new Random(length).nextBytes(data);
        return data;
    }

    private static byte[] written(int seq, int result, long user, long offset, byte[] data) {
        ByteBuf head = Block.head(PooledByteBufAllocator.DEFAULT, seq, result, TASK_BYTES, user, offset, data.length);
        try {
            return RawFrame.concat(ByteBufUtil.getBytes(head), data);
        } finally {
            head.release();
        }
    }

    @Test
    void headAndDataAreByteForByteWhatProtobufWrites() {
        for (long user : U32) {
            for (long offset : U32) {
                for (int length : new int[] {0, 1, 127, 128, 1024, 32 << 10, Block.MAX_DATA_LENGTH}) {
                    byte[] data = someBytes(length);
                    byte[] expected = RawFrame.of(Commands.FILE_PULL_DATA_RSP, 0xabcd, message(0, user, offset, data))
                            .bytes();
                    if (!Arrays.equals(written(0xabcd, 0, user, offset, data), expected)) {
                        assertThat(written(0xabcd, 0, user, offset, data))
                                .as("user %d offset %d length %d", user, offset, length)
                                .isEqualTo(expected);
                    }
                }
            }
        }
    }

    /** Protobuf itself would write it behind the data, since its number is higher. */
    @Test
    void anOffsetBeyond32BitsIsWrittenBeforeTheDataAndReadBackByBoth() throws IOException {
        for (long offset : MORE_THAN_U32) {
            byte[] data = someBytes(300);
            byte[] frame = written(7, 0, 5, offset, data);

            Pdu pdu = new Pdu(Unpooled.wrappedBuffer(frame));
            assertThat(Block.parse(pdu).offset()).isEqualTo(offset);
            assertThat(Arrays.copyOfRange(frame, frame.length - data.length, frame.length))
                    .isEqualTo(data);
            IMFilePullDataRsp message = pdu.parse(Commands.FILE_PULL_DATA_RSP);
            assertThat(message.getOffset()).isEqualTo((int) offset);
            assertThat(message.getOffset64()).isEqualTo(offset);
            assertThat(message.getFileData().toByteArray()).isEqualTo(data);
        }
    }

    @Test
    void anOffsetBeyond32BitsIsReadBehindTheDataToo() {
        for (long offset : MORE_THAN_U32) {
            IMFilePullDataRsp message = message(0, 5, offset, someBytes(9)).toBuilder()
                    .setOffset64(offset)
                    .build();

            Block block = Block.parse(
                    RawFrame.of(Commands.FILE_PULL_DATA_RSP, 1, message).pdu());

            assertThat(block.offset()).isEqualTo(offset);
            assertThat(ByteBufUtil.getBytes(block.data()))
                    .isEqualTo(message.getFileData().toByteArray());
        }
    }

    @Test
    void anOffsetOfMoreThan63BitsIsOneThatNoFileHas() {
        IMFilePullDataRsp message =
                message(0, 5, 0, new byte[1]).toBuilder().setOffset64(-1).build();

        assertThat(Block.parse(RawFrame.of(Commands.FILE_PULL_DATA_RSP, 1, message)
                                .pdu())
                        .offset())
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void everyResultCodeIsWrittenAsProtobufDoes() {
        for (long result : U32) {
            assertThat(written(1, (int) result, 5, 6, new byte[0]))
                    .isEqualTo(RawFrame.of(Commands.FILE_PULL_DATA_RSP, 1, message(result, 5, 6, new byte[0]))
                            .bytes());
        }
    }

    @Test
    void theSumOfTheFileStandsBeforeTheData() {
        byte[] sum = someBytes(32);
        byte[] data = someBytes(300);
        ByteBuf head = Block.head(PooledByteBufAllocator.DEFAULT, 1, 0, TASK_BYTES, 5, 1L << 40, sum, data.length);
        ByteBuf frame = Unpooled.copiedBuffer(head, Unpooled.wrappedBuffer(data));

        Block block = Block.parse(new Pdu(frame));

        assertThat(block.sha256()).isEqualTo(sum);
        assertThat(block.offset()).isEqualTo(1L << 40);
        assertThat(ByteBufUtil.getBytes(block.data())).isEqualTo(data);
        assertThat(new Pdu(frame).parse(Commands.FILE_PULL_DATA_RSP).getSha256().toByteArray())
                .isEqualTo(sum);
        head.release();
        frame.release();
    }

    @Test
    void aBlockNeedsNoSum() {
        assertThat(Block.parse(RawFrame.of(Commands.FILE_PULL_DATA_RSP, 1, message(0, 1, 2, new byte[3]))
                                .pdu())
                        .sha256())
                .isEmpty();
    }

    @Test
    void aTaskIdOfAnyLengthIsWritten() {
        for (int length : new int[] {0, 1, 127, 128, 400}) {
            byte[] task = "t".repeat(length).getBytes(StandardCharsets.US_ASCII);
            ByteBuf head = Block.head(PooledByteBufAllocator.DEFAULT, 1, 0, task, -1, Long.MAX_VALUE, 0);

            Block block = Block.parse(new Pdu(head));

            assertThat(block.isOf(task)).isTrue();
            head.release();
        }
    }

    @Test
    void whatProtobufWroteIsRead() {
        for (long value : U32) {
            byte[] data = someBytes(300);
            Block block = Block.parse(RawFrame.of(Commands.FILE_PULL_DATA_RSP, 1, message(value, value, value, data))
                    .pdu());

            assertThat(block.resultCode()).isEqualTo((int) value);
            assertThat(block.userId()).isEqualTo(value);
            assertThat(block.offset()).isEqualTo(value);
            assertThat(block.dataLength()).isEqualTo(300);
            assertThat(ByteBufUtil.getBytes(block.data())).isEqualTo(data);
            assertThat(block.isOf(TASK_BYTES)).isTrue();
        }
    }

    @Test
    void fieldsInAnotherOrderAreUnderstood() {
        Block block = Block.parse(pdu(out -> {
            out.writeByteArray(5, new byte[] {1, 2});
            out.writeUInt32(4, 44);
            out.writeUInt32(3, 33);
            out.writeByteArray(2, TASK_BYTES);
            out.writeUInt32(1, 11);
        }));

        assertThat(block.resultCode()).isEqualTo(11);
        assertThat(block.userId()).isEqualTo(33);
        assertThat(block.offset()).isEqualTo(44);
        assertThat(block.isOf(TASK_BYTES)).isTrue();
        assertThat(ByteBufUtil.getBytes(block.data())).containsExactly(1, 2);
    }

    @Test
    void unknownFieldsOfEveryKindAreSteppedOver() {
        Block block = Block.parse(pdu(out -> {
            out.writeUInt64(32, -1);
            out.writeUInt32(1, 0);
            out.writeFixed64(31, 1);
            out.writeByteArray(2, TASK_BYTES);
            out.writeUInt32(3, 7);
            out.writeFixed32(536_870_911, 1);
            out.writeUInt32(4, 8);
            out.writeByteArray(5, new byte[] {9});
            out.writeByteArray(20, new byte[100]);
        }));

        assertThat(block.userId()).isEqualTo(7);
        assertThat(block.offset()).isEqualTo(8);
        assertThat(ByteBufUtil.getBytes(block.data())).containsExactly(9);
    }

    @Test
    void ofAFieldThatComesTwiceTheLastCounts() {
        Block block = Block.parse(pdu(out -> {
            out.writeUInt32(1, 1);
            out.writeByteArray(2, new byte[] {'x'});
            out.writeUInt32(3, 3);
            out.writeUInt32(4, 4);
            out.writeByteArray(5, new byte[] {1});
            out.writeByteArray(2, TASK_BYTES);
            out.writeUInt32(4, 44);
            out.writeByteArray(5, new byte[] {2, 3});
        }));

        assertThat(block.isOf(TASK_BYTES)).isTrue();
        assertThat(block.offset()).isEqualTo(44);
        assertThat(ByteBufUtil.getBytes(block.data())).containsExactly(2, 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void aMissingFieldIsAViolation(int missing) {
        Pdu pdu = pdu(out -> {
            for (int field = 1; field <= 5; field++) {
                if (field == 2 || field == 5) {
                    out.writeByteArray(field == missing ? 99 : field, new byte[1]);
                } else {
                    out.writeUInt32(field == missing ? 99 : field, 1);
                }
            }
        });

        assertThatThrownBy(() -> Block.parse(pdu)).isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void aFieldOfTheWrongKindDoesNotCountAsThatField() {
        Pdu pdu = pdu(out -> {
            out.writeUInt32(1, 0);
            out.writeByteArray(2, TASK_BYTES);
            out.writeUInt32(3, 3);
            out.writeFixed32(4, 4);
            out.writeByteArray(5, new byte[1]);
        });

        assertThatThrownBy(() -> Block.parse(pdu)).isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void aBodyCutOffAnywhereIsAViolation() {
        byte[] body = message(0, -1, -1, someBytes(40)).toByteArray();
        for (int length = 0; length < body.length; length++) {
            byte[] cut = Arrays.copyOf(body, length);
            assertThatThrownBy(() -> Block.parse(RawFrame.of(0x0505, 1, cut).pdu()))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(ProtocolViolation.class);
        }
    }

    @Test
    void aBodyOfAnyBytesIsABlockOrAViolationAndNothingElse() {
        Random random = new Random(7);
        byte[] sound = message(0, 1, 2, someBytes(20)).toByteArray();
        for (int round = 0; round < 20_000; round++) {
            byte[] body = sound.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt();
            }
            try {
                Block block = Block.parse(RawFrame.of(0x0505, 1, body).pdu());
                assertThat(block.data().readableBytes()).isEqualTo(block.dataLength());
            } catch (ProtocolViolation expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void anEndlessVarintIsAViolation() {
        byte[] body = new byte[30];
        Arrays.fill(body, (byte) 0xff);
        body[0] = 8;

        assertThatThrownBy(() -> Block.parse(RawFrame.of(0x0505, 1, body).pdu()))
                .isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void aBlockIsOfExactlyOneTask() {
        Block block = Block.parse(RawFrame.of(Commands.FILE_PULL_DATA_RSP, 1, message(0, 1, 0, new byte[1]))
                .pdu());
        byte[] other = TASK_BYTES.clone();
        other[35] ^= 1;

        assertThat(block.isOf(TASK_BYTES)).isTrue();
        assertThat(block.isOf(other)).isFalse();
        assertThat(block.isOf(Arrays.copyOf(TASK_BYTES, 35))).isFalse();
        assertThat(block.isOf(Arrays.copyOf(TASK_BYTES, 37))).isFalse();
        assertThat(block.isOf(new byte[0])).isFalse();
    }

    @Test
    void zerosAreLookedForFromTheGivenByteToTheEnd() {
        Block block =
                Block.parse(RawFrame.of(Commands.FILE_PULL_DATA_RSP, 1, message(0, 1, 0, new byte[] {5, 0, 0, 6, 0, 0}))
                        .pdu());

        assertThat(block.isZeroFrom(0)).isFalse();
        assertThat(block.isZeroFrom(1)).isFalse();
        assertThat(block.isZeroFrom(3)).isFalse();
        assertThat(block.isZeroFrom(4)).isTrue();
        assertThat(block.isZeroFrom(5)).isTrue();
        assertThat(block.isZeroFrom(6)).as("nothing left").isTrue();
    }

    @Test
    void whatLiesBehindTheDataDoesNotCountAsData() {
        Block block = Block.parse(pdu(out -> {
            out.writeUInt32(1, 0);
            out.writeByteArray(2, TASK_BYTES);
            out.writeUInt32(3, 3);
            out.writeUInt32(4, 4);
            out.writeByteArray(5, new byte[] {1, 0, 0});
            out.writeUInt32(32, 255);
        }));

        assertThat(block.isZeroFrom(1)).isTrue();
        assertThat(ByteBufUtil.getBytes(block.data())).containsExactly(1, 0, 0);
    }

    @Test
    void theDataIsAViewOfTheFrame() {
        ByteBuf frame = Unpooled.buffer()
                .writeZero(3)
                .writeBytes(RawFrame.of(Commands.FILE_PULL_DATA_RSP, 1, message(0, 1, 0, new byte[] {1, 2, 3}))
                        .bytes());
        frame.skipBytes(3);
        Block block = Block.parse(new Pdu(frame));

        frame.setByte(frame.writerIndex() - 1, 99);

        assertThat(ByteBufUtil.getBytes(block.data())).containsExactly(1, 2, 99);
        assertThat(frame.refCnt()).isEqualTo(1);
    }
}
