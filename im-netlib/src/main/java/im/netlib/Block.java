package im.netlib;

import com.google.protobuf.WireFormat;
import im.proto.Commands;
import im.proto.file.IMFilePullDataRsp;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * A block of a file, the body of 0x0505, read and written in place: its data never goes through a protobuf object.
 *
 * <p>That works because {@code file_data} is written last, behind {@code offset_64} too. Fields in another order, or unknown ones,
 * are understood all the same. A block that was read shares the life of its {@link Pdu}.
 */
public final class Block {
    /** The largest block that this project sends: some clients close the connection at frames over 400 KiB. */
    public static final int MAX_DATA_LENGTH = 256 << 10;

    private static final int RESULT_CODE_TAG = varintTag(IMFilePullDataRsp.RESULT_CODE_FIELD_NUMBER);
    private static final int TASK_ID_TAG = bytesTag(IMFilePullDataRsp.TASK_ID_FIELD_NUMBER);
    private static final int USER_ID_TAG = varintTag(IMFilePullDataRsp.USER_ID_FIELD_NUMBER);
    private static final int OFFSET_TAG = varintTag(IMFilePullDataRsp.OFFSET_FIELD_NUMBER);
    private static final int FILE_DATA_TAG = bytesTag(IMFilePullDataRsp.FILE_DATA_FIELD_NUMBER);
    private static final int OFFSET_64_TAG = varintTag(IMFilePullDataRsp.OFFSET_64_FIELD_NUMBER);
    private static final int SHA256_TAG = bytesTag(IMFilePullDataRsp.SHA256_FIELD_NUMBER);
    private static final int ALL_REQUIRED = 0b11111;
    private static final int MAX_VARINT32 = 5;
    /** A tag of two bytes, and 63 bits. */
    private static final int MAX_OFFSET_64 = 2 + 9;

    /** What introduces a sum. */
    private static final int SHA256_HEAD = 2 + 1;

    private static final byte[] NO_SHA256 = {};

    private final ByteBuf frame;
    private int resultCode;
    private int taskIdIndex;
    private int taskIdLength;
    private long userId;
    private long offset;
    private int dataIndex;
    private int dataLength;
    private int sha256Index;
    private int sha256Length;

    private Block(ByteBuf frame) {
        this.frame = frame;
    }

    /** @throws ProtocolViolation when the body is not an {@code IMFilePullDataRsp} */
    public static Block parse(Pdu pdu) {
        Block block = new Block(pdu.frame());
        block.read();
        return block;
    }

    private void read() {
        FieldReader in = new FieldReader(frame, frame.readerIndex() + Pdu.HEADER_LENGTH, frame.writerIndex());
        int seen = 0;
        int narrowOffset = 0;
        boolean hasOffset64 = false;
        long offset64 = 0;
        while (in.hasMore()) {
            int tag = in.readTag();
            if (tag == RESULT_CODE_TAG) {
                resultCode = (int) in.readVarint();
            } else if (tag == TASK_ID_TAG) {
                taskIdLength = in.readLength();
                taskIdIndex = in.skip(taskIdLength);
            } else if (tag == USER_ID_TAG) {
                userId = in.readVarint() & 0xffffffffL;
            } else if (tag == OFFSET_TAG) {
                narrowOffset = (int) in.readVarint();
            } else if (tag == FILE_DATA_TAG) {
                dataLength = in.readLength();
                dataIndex = in.skip(dataLength);
            } else if (tag == OFFSET_64_TAG) {
                hasOffset64 = true;
                offset64 = in.readVarint();
                continue;
            } else if (tag == SHA256_TAG) {
                sha256Length = in.readLength();
                sha256Index = in.skip(sha256Length);
                continue;
            } else {
                in.skipField(tag);
                continue;
            }
            seen |= 1 << (WireFormat.getTagFieldNumber(tag) - 1);
        }
        if (seen != ALL_REQUIRED) {
            throw new ProtocolViolation("a block without all of its fields");
        }
        offset = LargeFiles.offset(narrowOffset, hasOffset64, offset64);
    }

    /** 0 when the sender could read the data. */
    public int resultCode() {
        return resultCode;
    }

    public long userId() {
        return userId;
    }

    public long offset() {
        return offset;
    }

    public int dataLength() {
        return dataLength;
    }

    /** @param taskId as it goes over the wire */
    public boolean isOf(byte[] taskId) {
        if (taskIdLength != taskId.length) {
            return false;
        }
        for (int i = 0; i < taskId.length; i++) {
            if (frame.getByte(taskIdIndex + i) != taskId[i]) {
                return false;
            }
        }
        return true;
    }

    /** The data, as a view that shares the life of the PDU. */
    public ByteBuf data() {
        return frame.slice(dataIndex, dataLength);
    }

    /** Of the whole file, as it goes over the wire; empty where the sender does not say it. */
    public byte[] sha256() {
        byte[] sum = new byte[sha256Length];
        frame.getBytes(sha256Index, sum);
        return sum;
    }

    /** True when the data from {@code from} to its end is all zeros. */
    public boolean isZeroFrom(int from) {
        return frame.forEachByte(dataIndex + from, dataLength - from, b -> b == 0) < 0;
    }

    /**
     * Writes the frame of a block up to its data, which the caller sends right behind it.
     *
     * @param taskId as it goes over the wire
     * @param offset with more than 32 bits only to peers that can do files of 4 GiB and more
     * @param dataLength how many bytes will follow
     */
    public static ByteBuf head(
            ByteBufAllocator allocator,
            int seq,
            int resultCode,
            byte[] taskId,
            long userId,
            long offset,
            int dataLength) {
        return head(allocator, seq, resultCode, taskId, userId, offset, NO_SHA256, dataLength);
    }

    /**
     * As the other, for the block that ends a file.
     *
     * @param sha256 of the whole file; 32 bytes, or none
     */
    public static ByteBuf head(
            ByteBufAllocator allocator,
            int seq,
            int resultCode,
            byte[] taskId,
            long userId,
            long offset,
            byte[] sha256,
            int dataLength) {
        int maxLength = Pdu.HEADER_LENGTH
                + 5 * (1 + MAX_VARINT32)
                + taskId.length
                + MAX_OFFSET_64
                + SHA256_HEAD
                + sha256.length;
        ByteBuf head = allocator.ioBuffer(maxLength, maxLength);
        head.writerIndex(Pdu.HEADER_LENGTH);
        head.writeByte(RESULT_CODE_TAG);
        writeVarint(head, resultCode);
        head.writeByte(TASK_ID_TAG);
        writeVarint(head, taskId.length);
        head.writeBytes(taskId);
        head.writeByte(USER_ID_TAG);
        writeVarint(head, (int) userId);
        LargeFiles.putOffset(
                offset,
                narrow -> {
                    head.writeByte(OFFSET_TAG);
                    writeVarint(head, narrow);
                },
                wide -> {
                    writeVarint(head, OFFSET_64_TAG);
                    writeVarint(head, wide);
                });
        if (sha256.length > 0) {
            writeVarint(head, SHA256_TAG);
            writeVarint(head, sha256.length);
            head.writeBytes(sha256);
        }
        head.writeByte(FILE_DATA_TAG);
        writeVarint(head, dataLength);
        int end = head.writerIndex();
        head.writerIndex(0);
        PduEncoding.writeHeader(head, end + dataLength, Commands.FILE_PULL_DATA_RSP, seq);
        return head.writerIndex(end);
    }

    private static void writeVarint(ByteBuf out, int value) {
        writeVarint(out, Integer.toUnsignedLong(value));
    }

    private static void writeVarint(ByteBuf out, long value) {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            out.writeByte((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        out.writeByte((int) left);
    }

    private static int varintTag(int field) {
        return field << 3 | WireFormat.WIRETYPE_VARINT;
    }

    private static int bytesTag(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    @Override
    public String toString() {
        return "block at " + offset + ", " + dataLength + " bytes, result " + resultCode;
    }
}
