package im.netlib;

import com.google.protobuf.WireFormat;
import io.netty.buffer.ByteBuf;

/** Reads protobuf fields where they lie. Every step checks the bounds: the bytes come from anybody. */
final class FieldReader {
    private static final int MAX_VARINT64 = 10;

    private final ByteBuf bytes;
    private final int end;
    private int index;

    FieldReader(ByteBuf bytes, int start, int end) {
        this.bytes = bytes;
        this.index = start;
        this.end = end;
    }

    boolean hasMore() {
        return index < end;
    }

    int readTag() {
        int tag = (int) readVarint();
        if (WireFormat.getTagFieldNumber(tag) == 0) {
            throw new ProtocolViolation("unparsable body: field number 0");
        }
        return tag;
    }

    long readVarint() {
        long value = 0;
        for (int i = 0; i < MAX_VARINT64; i++) {
            if (index >= end) {
                throw truncated();
            }
            byte b = bytes.getByte(index++);
            value |= (b & 0x7fL) << (7 * i);
            if (b >= 0) {
                return value;
            }
        }
        throw new ProtocolViolation("unparsable body: endless varint");
    }

    /** The length of a length-delimited field, which is known to lie within the body. */
    int readLength() {
        long length = readVarint();
        if (length < 0 || length > end - index) {
            throw truncated();
        }
        return (int) length;
    }

    /** Steps over {@code length} bytes and returns where they start. */
    int skip(int length) {
        if (length > end - index) {
            throw truncated();
        }
        int start = index;
        index += length;
        return start;
    }

    void skipField(int tag) {
        switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> readVarint();
            case WireFormat.WIRETYPE_FIXED64 -> skip(Long.BYTES);
            case WireFormat.WIRETYPE_FIXED32 -> skip(Integer.BYTES);
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> skip(readLength());
            default -> throw new ProtocolViolation("unparsable body: wire type of tag " + tag);
        }
    }

    private static ProtocolViolation truncated() {
        return new ProtocolViolation("unparsable body: it ends within a field");
    }
}
