package im.testkit.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import im.proto.Command;
import java.util.List;
import java.util.Random;

/** Valid messages with any values, among them the ones that are most often handled wrongly. One thread at a time. */
public final class RandomMessages {
    private static final int USUAL_LIST = 3;
    private static final int LONGEST_LIST = 2_000;
    private static final int LONGEST_BYTES = 200;
    private static final int SHA256_BYTES = 32;
    private static final List<String> TEXTS = List.of(
            "",
            "notes.txt",
            "../../etc/passwd",
            "a\r\n2024-01-01 ERROR forged",
            "\u001b[2J\u009b31m",
            "\u202egpj.exe",
            "\u2066\u200f\u061c",
            "\u0000",
            "\ud83d\ude00 文件",
            "alice",
            "x".repeat(5_000),
            "00000000-0000-0000-0000-000000000000");
    private static final long[] NUMBERS = {0, 1, 2, 3, -1, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL, Long.MIN_VALUE};

    private final Random random;

    public RandomMessages(Random random) {
        this.random = random;
    }

    /** The body of a frame of this command: all required fields, and some of the others. */
    public Message of(Command<?> command) {
        return fill(empty(command).newBuilderForType());
    }

    /** Some fields have other values than in {@code message}. */
    public Message like(Message message) {
        Message.Builder changed = message.toBuilder();
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (random.nextInt(4) == 0) {
                set(changed, field);
            }
        }
        return changed.build();
    }

    private static Message empty(Command<?> command) {
        try {
            return (Message) command.parser().parsePartialFrom(ByteString.EMPTY);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private Message fill(Message.Builder message) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.isRequired() || random.nextBoolean()) {
                set(message, field);
            }
        }
        return message.build();
    }

    private void set(Message.Builder message, FieldDescriptor field) {
        if (!field.isRepeated()) {
            message.setField(field, value(message, field));
            return;
        }
        message.clearField(field);
        for (int count = listLength(field); count > 0; count--) {
            message.addRepeatedField(field, value(message, field));
        }
    }

    private int listLength(FieldDescriptor field) {
        boolean small = field.getJavaType() == JavaType.INT || field.getJavaType() == JavaType.LONG;
        return small && random.nextInt(30) == 0 ? random.nextInt(LONGEST_LIST) : random.nextInt(USUAL_LIST + 1);
    }

    private Object value(Message.Builder message, FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case INT -> (int) number();
            case LONG -> number();
            case BOOLEAN -> random.nextBoolean();
            case STRING -> TEXTS.get(random.nextInt(TEXTS.size()));
            case BYTE_STRING -> ByteString.copyFrom(bytes());
            case ENUM -> {
                List<EnumValueDescriptor> values = field.getEnumType().getValues();
                yield values.get(random.nextInt(values.size()));
            }
            case MESSAGE -> fill(message.newBuilderForField(field));
            case FLOAT, DOUBLE -> throw new AssertionError("the protocol has no such fields");
        };
    }

    private long number() {
        return random.nextInt(4) == 0 ? random.nextLong() : NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private byte[] bytes() {
        byte[] bytes = new byte
                [switch (random.nextInt(4)) {
                    case 0 -> SHA256_BYTES + random.nextInt(3) - 1;
                    case 1 -> random.nextInt(3);
                    default -> random.nextInt(LONGEST_BYTES);
                }];
        random.nextBytes(bytes);
        return bytes;
    }
}
