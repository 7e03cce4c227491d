package im.testkit.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages bytes, and cuts them into pieces. One thread at a time. */
public final class Mutations {
    private static final int MOST_FLIPS = 4;
    private static final int UNKNOWN = 999;
    private static final int LONGEST_UNKNOWN = 2_000;
    /** Eleven bytes that all announce another one: longer than a number may be. */
    private static final byte[] HUGE_VARINT = new byte[11];
    /** An unpaired surrogate, the start of a character without its end, and the end of one without its start. */
    private static final byte[] NO_TEXT = {(byte) 0xed, (byte) 0xa0, (byte) 0x80, (byte) 0xc3, 'x', (byte) 0xbf};

    static {
        Arrays.fill(HUGE_VARINT, (byte) 0xff);
    }

    private final Random random;

    public Mutations(Random random) {
        this.random = random;
    }

    /** The serialized message with something wrong, or at least odd; sometimes with more than one thing. */
    public byte[] ofBody(byte[] body) {
        byte[] mutated = body;
        do {
            mutated = switch (random.nextInt(8)) {
                case 0 -> flipped(mutated);
                case 1 -> Arrays.copyOf(mutated, random.nextInt(mutated.length + 1));
                case 2 -> withFields(mutated, true);
                case 3 -> withFields(mutated, false);
                case 4 -> inserted(mutated, HUGE_VARINT);
                case 5 -> overwritten(mutated, NO_TEXT);
                case 6 -> withUnknownField(mutated);
                default -> inserted(mutated, noise());
            };
        } while (random.nextInt(3) == 0);
        return mutated;
    }

    /** With a few bits turned. */
    public byte[] flipped(byte[] bytes) {
        byte[] mutated = bytes.clone();
        for (int flips = bytes.length == 0 ? 0 : 1 + random.nextInt(MOST_FLIPS); flips > 0; flips--) {
            mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        }
        return mutated;
    }

    /** In order; of one byte each, or of any lengths, or all in one. */
    public List<byte[]> pieces(byte[] bytes) {
        int longest = List.of(1, 7, 1 + bytes.length / 3, bytes.length + 1).get(random.nextInt(4));
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < bytes.length; ) {
            int end = Math.min(bytes.length, at + 1 + random.nextInt(longest));
            pieces.add(Arrays.copyOfRange(bytes, at, end));
            at = end;
        }
        return pieces;
    }

    /** Whoever does not know it has to step over it, however long it is. */
    private byte[] withUnknownField(byte[] body) {
        byte[] value = new byte[random.nextInt(LONGEST_UNKNOWN)];
        byte[] field = UnknownFieldSet.newBuilder()
                .addField(
                        UNKNOWN,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFrom(value))
                                .build())
                .build()
                .toByteArray();
        return ByteBuffer.allocate(body.length + field.length)
                .put(body)
                .put(field)
                .array();
    }

    private byte[] overwritten(byte[] body, byte[] by) {
        byte[] mutated = body.clone();
        int length = Math.min(by.length, body.length);
        System.arraycopy(by, 0, mutated, random.nextInt(body.length - length + 1), length);
        return mutated;
    }

    private byte[] noise() {
        byte[] noise = new byte[1 + random.nextInt(20)];
        random.nextBytes(noise);
        return noise;
    }

    private byte[] inserted(byte[] body, byte[] extra) {
        int at = random.nextInt(body.length + 1);
        ByteArrayOutputStream mutated = new ByteArrayOutputStream();
        mutated.write(body, 0, at);
        mutated.writeBytes(extra);
        mutated.write(body, at, body.length - at);
        return mutated.toByteArray();
    }

    /** Fields come twice, in another place too, or are missing. */
    private byte[] withFields(byte[] body, boolean more) {
        List<byte[]> fields = fields(body);
        ByteArrayOutputStream mutated = new ByteArrayOutputStream();
        for (byte[] field : fields) {
            boolean chosen = random.nextInt(3) == 0;
            if (!chosen || more) {
                mutated.writeBytes(field);
            }
            if (chosen && more) {
                mutated.writeBytes(fields.get(random.nextInt(fields.size())));
            }
        }
        return mutated.toByteArray();
    }

    /** What does not parse counts as one field. */
    private static List<byte[]> fields(byte[] body) {
        List<byte[]> fields = new ArrayList<>();
        CodedInputStream in = CodedInputStream.newInstance(body);
        int start = 0;
        try {
            for (int tag = in.readTag(); tag != 0 && in.skipField(tag); tag = in.readTag()) {
                fields.add(Arrays.copyOfRange(body, start, in.getTotalBytesRead()));
                start = in.getTotalBytesRead();
            }
        } catch (IOException unparsable) {
            // The rest is one field.
        }
        if (start < body.length) {
            fields.add(Arrays.copyOfRange(body, start, body.length));
        }
        return fields;
    }
}
