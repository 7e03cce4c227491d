package im.testkit;

import im.proto.Commands;
import im.proto.other.IMHeartBeat;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;

/** What clients do that want to keep a server busy. Each ends when the server has closed the connection, and fails when it does not. */
public final class Hostile {
    private static final int ANNOUNCED = 64 << 10;

    private Hostile() {}

    /** What goes on meanwhile; it also sets the pace. */
    @FunctionalInterface
    public interface Meanwhile {
        void happens() throws IOException;
    }

    /** Sends heartbeats, each after the echo of the one before. */
    public static void heartbeatsUntilClosed(WireClient client) {
        Eventually.until("who sends nothing but heartbeats is closed", () -> {
            try {
                client.send(Commands.OTHER_HEARTBEAT, 1, IMHeartBeat.getDefaultInstance());
                client.receive();
                return false;
            } catch (IOException | AssertionError closed) {
                return true;
            }
        });
    }

    /** Sends a frame of 64 KiB byte for byte. */
    public static void bytesUntilClosed(WireClient client, Meanwhile meanwhile) throws IOException {
        byte[] frame = ByteBuffer.allocate(ANNOUNCED).putInt(ANNOUNCED).array();
        for (byte one : frame) {
            try {
                client.sendRaw(new byte[] {one});
            } catch (SocketException closed) {
                return;
            }
            meanwhile.happens();
        }
        throw new AssertionError("all of a frame was taken, byte for byte");
    }
}
