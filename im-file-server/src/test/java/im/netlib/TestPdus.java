package im.netlib;

import com.google.protobuf.MessageLite;
import im.proto.Command;
import io.netty.buffer.UnpooledByteBufAllocator;

/** Makes PDUs as they would come off the wire. They lie on the heap and need no release. */
public final class TestPdus {
    private TestPdus() {}

    public static <M extends MessageLite> Pdu of(Command<M> command, int seq, M message) {
        Pdu pooled = new Pdu(PduEncoding.encode(UnpooledByteBufAllocator.DEFAULT, command, seq, message));
        Pdu copy = pooled.copy();
        pooled.release();
        return copy;
    }
}
