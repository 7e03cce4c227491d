package im.netlib;

import im.proto.Commands;
import im.proto.base.TransferFileType;
import im.proto.file.IMFilePullDataReq;
import io.netty.buffer.PooledByteBufAllocator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** From a PDU to its handler, unopened and parsed. In this package because that is where it is done. */
@State(Scope.Thread)
public class RouterBenchmark {
    private long seen;
    private final Session session = new Session() {};
    private final Router<Session> unopened = Router.forRole("benchmark")
            .onPdu(Commands.FILE_PULL_DATA_REQ, (session, pdu) -> seen += pdu.seq())
            .build();
    private final Router<Session> parsed = Router.forRole("benchmark")
            .on(Commands.FILE_PULL_DATA_REQ, (session, pull, seq) -> seen += pull.getDataSize())
            .build();
    private Pdu pull;

    @Setup
    public void setUp() {
        pull = new Pdu(PduEncoding.encode(
                PooledByteBufAllocator.DEFAULT,
                Commands.FILE_PULL_DATA_REQ,
                1,
                IMFilePullDataReq.newBuilder()
                        .setTaskId("01234567-89ab-cdef-0123-456789abcdef")
                        .setUserId(1)
                        .setTransMode(TransferFileType.FILE_TYPE_ONLINE)
                        .setOffset(1 << 30)
                        .setDataSize(32 << 10)
                        .build()));
    }

    @TearDown
    public void tearDown() {
        pull.release();
    }

    @Benchmark
    public long routeUnopened() {
        unopened.route(session, pull);
        return seen;
    }

    @Benchmark
    public long routeParsed() {
        parsed.route(session, pull);
        return seen;
    }
}
