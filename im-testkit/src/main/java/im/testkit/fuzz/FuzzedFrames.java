package im.testkit.fuzz;

import com.google.protobuf.Message;
import im.proto.Command;
import im.proto.Commands;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/** Frames that are valid, damaged, or of something else. One thread at a time. */
public final class FuzzedFrames {
    private static final int HEADER_LENGTH = 16;
    private static final List<Command<?>> ALL = Commands.CATALOGUE.commands();
    private static final int[] LENGTHS = {
        0, 1, 15, 16, 17, 4096, 4097, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE, -1
    };

    private final Random random;
    private final RandomMessages messages;
    private final Mutations mutations;

    public FuzzedFrames(Random random) {
        this.random = random;
        this.messages = new RandomMessages(random);
        this.mutations = new Mutations(random);
    }

    /** As it should be, with any sequence number. */
    public byte[] valid(Command<?> command, Message message) {
        return frame(command, message.toByteArray());
    }

    /** A valid frame of any command. */
    public byte[] any() {
        Command<?> command = ALL.get(random.nextInt(ALL.size()));
        return valid(command, messages.of(command));
    }

    /** A frame that could have been one of this command and message: with other values, a damaged body, or a damaged header. */
    public byte[] mutated(Command<?> command, Message message) {
        return switch (random.nextInt(8)) {
            case 6 -> mutations.flipped(valid(command, message));
            case 7 -> announcing(LENGTHS[random.nextInt(LENGTHS.length)], valid(command, message));
            default -> withDamagedBody(command, message);
        };
    }

    /** A whole frame of this command that could have been this message: with other values, or a damaged body. */
    public byte[] withDamagedBody(Command<?> command, Message message) {
        return switch (random.nextInt(6)) {
            case 0, 1 -> valid(command, messages.like(message));
            case 2 -> valid(command, messages.of(command));
            default -> frame(command, mutations.ofBody(message.toByteArray()));
        };
    }

    private static byte[] announcing(int length, byte[] frame) {
        ByteBuffer.wrap(frame).putInt(length);
        return frame;
    }

    private byte[] frame(Command<?> command, byte[] body) {
        return ByteBuffer.allocate(HEADER_LENGTH + body.length)
                .putInt(HEADER_LENGTH + body.length)
                .putShort((short) 1)
                .putShort((short) 0)
                .putShort((short) command.serviceId())
                .putShort((short) command.commandId())
                .putShort((short) random.nextInt())
                .putShort((short) 0)
                .put(body)
                .array();
    }
}
