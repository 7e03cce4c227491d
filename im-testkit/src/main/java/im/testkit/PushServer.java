package im.testkit;

import im.proto.Commands;
import im.proto.base.PushResult;
import im.proto.server.IMPushToUserReq;
import im.proto.server.IMPushToUserRsp;
import im.testkit.WireClient.Frame;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/** Stands in for a push-server, which none of our servers is: it takes every push for done. It can go away and come back on the same port. */
public final class PushServer implements AutoCloseable {
    private final BlockingQueue<IMPushToUserReq> pushed = new LinkedBlockingQueue<>();
    private final Set<Socket> links = ConcurrentHashMap.newKeySet();
    private final HeldPort port = new HeldPort();
    private ServerSocket server;

    public PushServer() throws IOException {
        comeBack();
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "push-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept(ServerSocket listening) {
        try {
            while (true) {
                Socket link = listening.accept();
                links.add(link);
                if (listening.isClosed()) {
                    link.close();
                }
                start(() -> serve(link));
            }
        } catch (IOException e) {
            // It went away.
        }
    }

    private void serve(Socket link) {
        try (link) {
            DataInputStream input = new DataInputStream(link.getInputStream());
            while (true) {
                answer(next(input), link.getOutputStream());
            }
        } catch (IOException e) {
            // The link is gone.
        } finally {
            links.remove(link);
        }
    }

    private static Frame next(DataInputStream input) throws IOException {
        byte[] frame = new byte[input.readInt()];
        ByteBuffer.wrap(frame).putInt(frame.length);
        input.readFully(frame, Integer.BYTES, frame.length - Integer.BYTES);
        return Frame.of(frame);
    }

    private void answer(Frame frame, OutputStream out) throws IOException {
        if (frame.commandId() == Commands.OTHER_HEARTBEAT.commandId()) {
            out.write(frame.raw());
            return;
        }
        IMPushToUserReq push = frame.parse(Commands.OTHER_PUSH_TO_USER_REQ);
        pushed.add(push);
        IMPushToUserRsp.Builder answer = IMPushToUserRsp.newBuilder();
        push.getUserTokenListList()
                .forEach(target -> answer.addPushResultList(
                        PushResult.newBuilder().setUserToken(target.getToken()).setResultCode(0)));
        out.write(WireClient.frame(Commands.OTHER_PUSH_TO_USER_RSP, 0, answer.build()));
    }

    public InetSocketAddress address() {
        return port.address();
    }

    /** What came, in its order, for whoever takes it out. */
    public BlockingQueue<IMPushToUserReq> pushed() {
        return pushed;
    }

    /** Ends all links; nobody listens until {@link #comeBack}. */
    public void goAway() throws IOException {
        server.close();
        for (Socket link : links) {
            link.close();
        }
    }

    public void comeBack() throws IOException {
        ServerSocket fresh = new ServerSocket();
        fresh.setReuseAddress(true);
        fresh.bind(port.address());
        server = fresh;
        start(() -> accept(fresh));
    }

    @Override
    public void close() throws IOException {
        goAway();
        port.close();
    }
}
