package im.proto;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.util.Objects;

/**
 * A command of the protocol: what its frame's header says and what its body is. Immutable; any thread may use it.
 *
 * @param serviceId the header's service id, 0 to 65535
 * @param commandId the header's command id, 0 to 65535; dispatch is by this alone
 * @param name as in the protocol, without its {@code CID_}
 * @param parser reads the body
 * @param fromClient true when a client may send it (servers may, too); false when only servers do
 * @param <M> the type of the body
 */
public record Command<M extends MessageLite>(
        int serviceId, int commandId, String name, Parser<M> parser, boolean fromClient) {

    private static final int LARGEST_ID = 0xffff;

    /**
     * @throws IllegalArgumentException when an id does not fit the header's 16 bits, or the name is blank
     * @throws NullPointerException when {@code name} or {@code parser} is null
     */
    public Command {
        Objects.requireNonNull(parser, "parser");
        if (name.isBlank()) {
            throw new IllegalArgumentException("a command needs a name");
        }
        requireUnsignedShort("service id", serviceId);
        requireUnsignedShort("command id", commandId);
    }

    private static void requireUnsignedShort(String what, int id) {
        if (id < 0 || id > LARGEST_ID) {
            throw new IllegalArgumentException(what + " does not fit 16 bits: " + id);
        }
    }

    /** For logs: {@code FILE_REQUEST(0x0506)}. */
    @Override
    public String toString() {
        return String.format("%s(0x%04x)", name, commandId);
    }
}
