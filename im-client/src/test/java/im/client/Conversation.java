package im.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import im.proto.Command;
import im.proto.Commands;
import im.testkit.WireClient;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/** One connection of a {@link ScriptedServer}. Heartbeats are skipped unless asked for. */
public final class Conversation implements AutoCloseable {
    private static final int HEADER_LENGTH = 16;

    private final Socket socket;
    private final DataInputStream input;

    Conversation(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(Math.toIntExact(ScriptedServer.PATIENCE.toMillis()));
        socket.setTcpNoDelay(true);
        input = new DataInputStream(socket.getInputStream());
    }

    /** A PDU with its parsed body. */
    public record Received<M>(int seq, M message) {}

    private record Frame(int commandId, int seq, byte[] body) {
        @Override
        public String toString() {
            return String.format("0x%04x seq %d, %d bytes of body", commandId, seq, body.length);
        }
    }

    public <M extends MessageLite> void send(Command<M> command, int seq, M message) throws IOException {
        sendRaw(WireClient.frame(command, seq, message));
    }

    public void sendRaw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** The next PDU, which must be of this command. */
    public <M extends MessageLite> M expect(Command<M> command) throws IOException {
        return expectPdu(command).message();
    }

    public <M extends MessageLite> Received<M> expectPdu(Command<M> command) throws IOException {
        Frame frame = next(command.commandId() != Commands.OTHER_HEARTBEAT.commandId());
        if (frame == null || frame.commandId() != command.commandId()) {
            throw new AssertionError("expected " + command + " but got " + (frame == null ? "the end" : frame));
        }
        try {
            return new Received<>(frame.seq(), command.parser().parseFrom(frame.body()));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("unparsable: " + frame, e);
        }
    }

    /** The client must end the connection and send nothing more. */
    public void expectClosed() throws IOException {
        Frame frame;
        try {
            frame = next(true);
        } catch (SocketException reset) {
            return;
        }
        if (frame != null) {
            throw new AssertionError("expected the end but got " + frame);
        }
    }

    private Frame next(boolean skipHeartbeats) throws IOException {
        try {
            while (true) {
                int first = input.read();
                if (first < 0) {
                    return null;
                }
                byte[] rest = new byte[3];
                input.readFully(rest);
                int length = first << 24 | (rest[0] & 0xff) << 16 | (rest[1] & 0xff) << 8 | rest[2] & 0xff;
                input.skipNBytes(6);
                int commandId = input.readUnsignedShort();
                int seq = input.readUnsignedShort();
                input.skipNBytes(2);
                byte[] body = new byte[length - HEADER_LENGTH];
                input.readFully(body);
                if (!skipHeartbeats || commandId != Commands.OTHER_HEARTBEAT.commandId()) {
                    return new Frame(commandId, seq, body);
                }
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the client sent nothing", e);
        } catch (EOFException e) {
            throw new AssertionError("the client closed within a frame", e);
        }
    }

    /** As {@link #close}, for the middle of a test. */
    public void end() throws IOException {
        close();
    }

    /** Ends the connection in order. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
