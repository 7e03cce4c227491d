package im.testkit;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import im.proto.Command;
import im.proto.Commands;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A client on a bare, blocking socket that knows frames by itself and messages from the protocol's definition alone, so
 * that it cannot share a mistake with the servers' networking code.
 *
 * <p>Every wait ends after the timeout given to {@link #connect}. One thread at a time.
 */
public final class WireClient implements AutoCloseable {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final int LONGEST_FRAME = 16 << 20;

    private final Socket socket;
    private final DataInputStream input;

    private WireClient(Socket socket) throws IOException {
        this.socket = socket;
        this.input = new DataInputStream(socket.getInputStream());
    }

    /**
     * One frame as it came.
     *
     * @param body what follows the header
     * @param raw header and body
     */
    public record Frame(
            int version, int flag, int serviceId, int commandId, int seq, int reserved, byte[] body, byte[] raw) {
        /** Length of the header, which the length field includes. */
        public static final int HEADER_LENGTH = 16;

        static Frame of(byte[] raw) {
            ByteBuffer header = ByteBuffer.wrap(raw);
            header.getInt();
            int[] fields = new int[6];
            for (int i = 0; i < fields.length; i++) {
                fields[i] = Short.toUnsignedInt(header.getShort());
            }
            byte[] body = new byte[raw.length - HEADER_LENGTH];
            header.get(body);
            return new Frame(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], body, raw);
        }

        /**
         * The body as a message.
         *
         * @throws AssertionError if this frame is of another command, or its body does not parse
         */
        public <M extends MessageLite> M parse(Command<M> command) {
            if (commandId != command.commandId()) {
                throw new AssertionError("expected " + command + " but got " + this);
            }
            try {
                return command.parser().parseFrom(body);
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError("the body of " + this + " is not one of " + command, e);
            }
        }

        @Override
        public String toString() {
            String name = Commands.CATALOGUE.find(commandId).map(Command::name).orElse("unknown");
            return String.format("%s(0x%04x) seq %d, %d bytes of body", name, commandId, seq, body.length);
        }
    }

    /** Connects, with 10 s of patience for this and for everything that follows. */
    public static WireClient connect(InetSocketAddress address) throws IOException {
        return connect(address.getHostString(), address.getPort(), DEFAULT_TIMEOUT);
    }

    /** @param timeout for connecting, and for each wait that follows */
    public static WireClient connect(String host, int port, Duration timeout) throws IOException {
        return connect(new Socket(), host, port, timeout);
    }

    /** As {@link #connect(InetSocketAddress)}, from this address of this machine: 127.0.0.2 and the like are other clients to a server. */
    public static WireClient connectFrom(String localAddress, InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(localAddress, 0));
        return connect(socket, address.getHostString(), address.getPort(), DEFAULT_TIMEOUT);
    }

    private static WireClient connect(Socket socket, String host, int port, Duration timeout) throws IOException {
        try {
            socket.connect(new InetSocketAddress(host, port), Math.toIntExact(timeout.toMillis()));
            socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
            socket.setTcpNoDelay(true);
            return new WireClient(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The bytes of one frame: version 1, flag 0, reserved 0. */
    public static <M extends MessageLite> byte[] frame(Command<M> command, int seq, M message) {
        byte[] body = message.toByteArray();
        return ByteBuffer.allocate(Frame.HEADER_LENGTH + body.length)
                .putInt(Frame.HEADER_LENGTH + body.length)
                .putShort((short) 1)
                .putShort((short) 0)
                .putShort((short) command.serviceId())
                .putShort((short) command.commandId())
                .putShort((short) seq)
                .putShort((short) 0)
                .put(body)
                .array();
    }

    public <M extends MessageLite> void send(Command<M> command, int seq, M message) throws IOException {
        sendRaw(frame(command, seq, message));
    }

    /** Sends any bytes, in one write. */
    public void sendRaw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /**
     * The next frame, whatever it is.
     *
     * @throws AssertionError if none comes in time, or the server closes instead
     */
    public Frame receive() throws IOException {
        try {
            int length = input.readInt();
            if (length < Frame.HEADER_LENGTH || length > LONGEST_FRAME) {
                throw new AssertionError("the server sent a frame with length " + Integer.toUnsignedString(length));
            }
            byte[] raw = new byte[length];
            ByteBuffer.wrap(raw).putInt(length);
            input.readFully(raw, Integer.BYTES, length - Integer.BYTES);
            return Frame.of(raw);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("no frame within " + socket.getSoTimeout() + " ms", e);
        } catch (EOFException e) {
            throw new AssertionError("the server closed the connection instead of sending a frame", e);
        }
    }

    /** The next frame that is not a heartbeat, unless that is what is asked for; it must be of this command. */
    public <M extends MessageLite> M expect(Command<M> command) throws IOException {
        return expectFrame(command).parse(command);
    }

    /** As {@link #expect}, for whoever wants to see the header too. */
    public Frame expectFrame(Command<?> command) throws IOException {
        Frame frame = receive();
        while (isHeartbeat(frame) && command.commandId() != Commands.OTHER_HEARTBEAT.commandId()) {
            frame = receive();
        }
        if (frame.commandId() != command.commandId()) {
            throw new AssertionError("expected " + command + " but got " + frame);
        }
        return frame;
    }

    private static boolean isHeartbeat(Frame frame) {
        return frame.commandId() == Commands.OTHER_HEARTBEAT.commandId();
    }

    /**
     * Waits for the server to end the connection, in order or by a reset, and ends it on this side too: a server lingers until then.
     *
     * @throws AssertionError if it does not, or sends anything but heartbeats before it does
     */
    public void expectClosed() throws IOException {
        try {
            while (true) {
                int first = input.read();
                if (first < 0) {
                    break;
                }
                byte[] rest = new byte[Frame.HEADER_LENGTH - 1];
                input.readFully(rest);
                byte[] header = ByteBuffer.allocate(Frame.HEADER_LENGTH)
                        .put((byte) first)
                        .put(rest)
                        .array();
                Frame frame = Frame.of(header);
                if (!isHeartbeat(frame)) {
                    throw new AssertionError("expected the end of the connection but got " + frame);
                }
                input.skipNBytes(Math.max(0, ByteBuffer.wrap(header).getInt() - Frame.HEADER_LENGTH));
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the server did not close within " + socket.getSoTimeout() + " ms", e);
        } catch (SocketException | EOFException reset) {
            // A server that closes with unread input of ours resets the connection: closed all the same.
        }
        close();
    }

    /** Ends this side only: the server sees the end of the stream, and its answers still arrive. */
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Ends the connection in order. */
    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Ends the connection as a crashed machine would: the server sees a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
