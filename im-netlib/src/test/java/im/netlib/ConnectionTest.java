package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import im.netlib.LimitsReached.Limit;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.file.IMFileLoginReq;
import im.proto.file.IMFileLoginRsp;
import im.testkit.LoggedLines;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ConnectionTest {
    private static final int MAX_OUTBOUND = 4 << 20;
    private static final Duration STALL_LIMIT = Duration.ofSeconds(10);
    private static final ConnectionSettings CLIENTS =
            new ConnectionSettings(Duration.ZERO, MAX_OUTBOUND, STALL_LIMIT, Duration.ofSeconds(5), Tls.none());
    private static final ConnectionSettings LINKS =
            new ConnectionSettings(Duration.ofSeconds(5), MAX_OUTBOUND, STALL_LIMIT, Duration.ofSeconds(5), Tls.none());
    private static final Limits LIMITS = new Limits(4096, Duration.ofSeconds(60));
    private static final IMFileLoginReq LOGIN = IMFileLoginReq.newBuilder()
            .setUserId(1)
            .setTaskId("t")
            .setFileRole(ClientFileRole.CLIENT_REALTIME_SENDER)
            .build();
    private static final RawFrame LOGIN_FRAME = RawFrame.of(Commands.FILE_LOGIN_REQ, 1, LOGIN);
    private static final Limits STRANGER =
            new Limits(4096, Duration.ofSeconds(15), Duration.ofSeconds(30), Rates.UNLIMITED);
    private static final RawFrame HEARTBEAT_FRAME = RawFrame.of(0x0701, 0, new byte[0]);
    private static final RawFrame STATE_FRAME = RawFrame.of(0x0503, 2, new byte[] {1, 2, 3});
    private static final RawFrame UNKNOWN_FRAME = RawFrame.of(0x7777, 3, new byte[] {1});

    private final LoggedLines log = new LoggedLines(Connection.class);
    private final List<EmbeddedChannel> channels = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private final List<Limit> reached = new ArrayList<>();
    private final PushedTicker memoryTime = new PushedTicker();
    private long memoryUsed;
    private final BufferMemory memory = new BufferMemory(80, () -> memoryUsed, memoryTime);

    @AfterEach
    void close() {
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
        log.close();
    }

    /** One end of a connection, and the channel that stands for the other. */
    private final class Opened {
        private Connection connection;
        private final SlowChannel channel;

        Opened(ConnectionSettings settings) {
            channel = new SlowChannel(new PduChannelInitializer(
                    settings, Optional.of(memory), reached::add, fresh -> connection = fresh));
            channels.add(channel);
        }

        Opened with(Router<Recorder> router) {
            connection.become(router, new Recorder("anna"), LIMITS);
            return this;
        }

        void receive(RawFrame... frames) {
            byte[][] bytes = new byte[frames.length][];
            for (int i = 0; i < frames.length; i++) {
                bytes[i] = frames[i].bytes();
            }
            channel.writeInbound(Unpooled.wrappedBuffer(RawFrame.concat(bytes)));
        }

        void pass(Duration time) {
            channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    private final class Recorder implements Session {
        private final String name;

        Recorder(String name) {
            this.name = name;
        }

        @Override
        public void onClosed() {
            heard.add(name + " closed");
        }

        @Override
        public void onWritabilityChanged(boolean writable) {
            heard.add(name + " writable " + writable);
        }

        @Override
        public String describe() {
            return name;
        }
    }

    private Router<Recorder> onState(Consumer<Pdu> handler) {
        return Router.<Recorder>forRole("tester")
                .onPdu(Commands.FILE_STATE, (session, pdu) -> {
                    heard.add(session.name + " state");
                    handler.accept(pdu);
                })
                .build();
    }

    private Opened client() {
        return new Opened(CLIENTS).with(onState(pdu -> {}));
    }

    @Nested
    class Roles {
        @Test
        void aPeerWithoutARoleMaySendNothing() {
            Opened opened = new Opened(CLIENTS);

            opened.receive(RawFrame.of(0x7777, 0, new byte[0]));

            assertThat(opened.channel.isOpen()).isFalse();
            assertThat(log.at(Level.WARN)).hasSize(1);
        }

        @Test
        void becomingSwapsRouterAndSessionForWhatIsAlreadyInTheBuffer() {
            Opened opened = new Opened(CLIENTS);
            Router<Recorder> after = onState(pdu -> {});
            Router<Recorder> before = Router.<Recorder>forRole("stranger")
                    .on(Commands.FILE_LOGIN_REQ, (session, message, seq) -> {
                        heard.add(session.name + " login");
                        opened.connection.become(after, new Recorder("berta"), LIMITS);
                    })
                    .strict()
                    .build();
            opened.with(before);

            opened.receive(LOGIN_FRAME, STATE_FRAME);

            assertThat(heard).containsExactly("anna login", "berta state");
            assertThat(opened.channel.isOpen()).isTrue();
        }

        @Test
        void whatTheOldRoleAllowedTheNewOneRefuses() {
            Opened opened = new Opened(CLIENTS);
            Router<Recorder> after = onState(pdu -> {});
            opened.with(Router.<Recorder>forRole("stranger")
                    .on(
                            Commands.FILE_LOGIN_REQ,
                            (session, message, seq) -> opened.connection.become(after, new Recorder("berta"), LIMITS))
                    .build());

            opened.receive(LOGIN_FRAME, LOGIN_FRAME, STATE_FRAME);

            assertThat(heard).doesNotContain("berta state");
            assertThat(log.messagesAt(Level.WARN)).singleElement().asString().contains("0x0501");
        }

        @Test
        void theFrameLimitOfTheNewRoleCountsFromTheNextFrameOn() {
            Opened opened = new Opened(CLIENTS);
            Router<Recorder> after = onState(pdu -> {});
            Router<Recorder> before = Router.<Recorder>forRole("stranger")
                    .on(
                            Commands.FILE_LOGIN_REQ,
                            (session, message, seq) ->
                                    opened.connection.become(after, session, new Limits(100_000, Duration.ZERO)))
                    .build();
            opened.connection.become(before, new Recorder("anna"), new Limits(64, Duration.ZERO));

            opened.receive(LOGIN_FRAME, RawFrame.of(0x0503, 1, new byte[90_000]));

            assertThat(heard).containsExactly("anna state");
        }

        @Test
        void onlyTheSessionInPlaceIsToldOfTheEndAndOnlyOnce() {
            Opened opened = client();
            opened.connection.become(onState(pdu -> {}), new Recorder("berta"), LIMITS);

            opened.connection.close("test");
            opened.connection.close("again");
            opened.connection.abort("again");

            assertThat(heard).containsExactly("berta closed");
        }

        /** Who is kicked may just have gone by himself. */
        @Test
        void aNewRoleForAConnectionThatHasGoneIsNobodysFault() {
            Opened opened = client();
            opened.channel.close();

            opened.connection.become(onState(pdu -> {}), new Recorder("berta"), STRANGER);
            opened.pass(STRANGER.stay());

            assertThat(heard).containsExactly("anna closed");
            assertThat(reached).isEmpty();
        }

        @Test
        void aLogLineTellsRoleConnectionAndSession() {
            Opened opened = client();

            assertThat(opened.connection.toString())
                    .startsWith("tester #" + opened.connection.id() + " ")
                    .endsWith("(anna)");
        }

        @Test
        void aSessionWithoutANameLeavesTheLogLineShort() {
            Opened opened = new Opened(CLIENTS);
            opened.connection.become(Router.<Session>forRole("x").build(), new Session() {}, LIMITS);

            assertThat(opened.connection.toString()).doesNotContain("(");
        }
    }

    @Nested
    class Failures {
        private Opened failing(RuntimeException failure) {
            return new Opened(CLIENTS).with(onState(pdu -> {
                throw failure;
            }));
        }

        @Test
        void aBugInAHandlerClosesThatConnectionWithItsStackAtError() {
            RuntimeException bug = new IllegalStateException("oops");
            Opened opened = failing(bug);
            Opened other = client();

            opened.receive(STATE_FRAME, STATE_FRAME);
            other.receive(STATE_FRAME);

            assertThat(opened.channel.isOpen()).isFalse();
            assertThat(other.channel.isOpen()).isTrue();
            assertThat(heard).containsExactly("anna state", "anna closed", "anna state");
            assertThat(log.at(Level.ERROR)).singleElement().satisfies(ConnectionTest::hasStack);
            assertThat(log.at(Level.WARN)).isEmpty();
        }

        @Test
        void aViolationClosesWithOneWarningAndNoStack() {
            Opened opened = failing(new ProtocolViolation("speaks out of turn"));

            opened.receive(STATE_FRAME, STATE_FRAME);

            assertThat(opened.channel.isOpen()).isFalse();
            assertThat(log.at(Level.WARN)).singleElement().satisfies(line -> {
                assertThat(line.getFormattedMessage()).contains("speaks out of turn");
                assertThat(line.getThrowableProxy()).isNull();
            });
            assertThat(log.at(Level.ERROR)).isEmpty();
        }

        @Test
        void brokenFramingClosesWithOneWarning() {
            Opened opened = client();

            opened.channel.writeInbound(Unpooled.wrappedBuffer(new byte[64]));

            assertThat(opened.channel.isOpen()).isFalse();
            assertThat(log.at(Level.WARN)).hasSize(1);
            assertThat(log.at(Level.ERROR)).isEmpty();
        }

        @Test
        void aBugInWhatFollowsAnAnswerClosesTheConnection() {
            Opened opened = client();

            opened.connection.execute(() -> {
                throw new IllegalStateException("oops");
            });
            opened.channel.runPendingTasks();

            assertThat(opened.channel.isOpen()).isFalse();
            assertThat(log.at(Level.ERROR)).singleElement().satisfies(ConnectionTest::hasStack);
        }

        @Test
        void aViolationInWhatFollowsAnAnswerClosesTheConnection() {
            Opened opened = client();

            opened.connection.execute(() -> {
                throw new ProtocolViolation("no");
            });
            opened.channel.runPendingTasks();

            assertThat(opened.channel.isOpen()).isFalse();
            assertThat(log.at(Level.WARN)).hasSize(1);
        }

        @Test
        void anErrorInWhatFollowsAnAnswerClosesTheConnectionToo() {
            Opened opened = client();

            opened.connection.execute(() -> {
                throw new AssertionError("oops");
            });
            opened.channel.runPendingTasks();

            assertThat(opened.channel.isOpen()).isFalse();
            assertThat(log.at(Level.ERROR)).hasSize(1);
        }

        @Test
        void aBugInTheEndOfASessionIsLogged() {
            Opened opened = new Opened(CLIENTS);
            Session broken = new Session() {
                @Override
                public void onClosed() {
                    throw new IllegalStateException("oops");
                }
            };
            opened.connection.become(Router.<Session>forRole("tester").build(), broken, LIMITS);

            opened.connection.close("test");

            assertThat(log.at(Level.ERROR)).singleElement().satisfies(ConnectionTest::hasStack);
        }
    }

    private static void hasStack(ILoggingEvent line) {
        assertThat(line.getThrowableProxy().getMessage()).isEqualTo("oops");
        assertThat(line.getThrowableProxy().getStackTraceElementProxyArray()).isNotEmpty();
    }

    @Nested
    class Closing {
        @Test
        void nothingIsHandledAfterTheHandlerThatCloses() {
            Opened[] opened = new Opened[1];
            opened[0] = new Opened(CLIENTS).with(onState(pdu -> opened[0].connection.close("enough")));

            opened[0].receive(STATE_FRAME, STATE_FRAME, STATE_FRAME);

            assertThat(heard).containsExactly("anna state", "anna closed");
        }

        @Test
        void nothingIsHandledWhileTheRestIsFlushed() {
            Opened opened = client();
            opened.connection.write(Unpooled.wrappedBuffer(new byte[100]));
            opened.connection.closeAfterFlush("enough");

            opened.receive(STATE_FRAME, STATE_FRAME);
            opened.channel.writeInbound(Unpooled.wrappedBuffer(new byte[16]));

            assertThat(opened.connection.isClosing()).isTrue();
            assertThat(opened.channel.isOpen()).isTrue();
            assertThat(heard).isEmpty();
            assertThat(log.at(Level.WARN))
                    .as("input is thrown away, not judged")
                    .isEmpty();
        }

        @Test
        void whileTheRestIsFlushedInputIsReadEvenIfItWasStopped() {
            Opened opened = client();
            opened.connection.readFrom(false);
            opened.connection.write(Unpooled.wrappedBuffer(new byte[100]));

            opened.connection.closeAfterFlush("enough");
            opened.connection.readFrom(false);

            assertThat(opened.channel.config().isAutoRead()).isTrue();
        }

        @Test
        void sendingOnAClosedConnectionFailsAndIsNobodysFault() {
            Opened opened = client();
            opened.channel.close();
            ByteBuf frames = Unpooled.buffer().writeZero(16);
            ByteBuf head = Unpooled.buffer().writeZero(16);
            FileRegion region = new DefaultFileRegion(new File("never opened"), 0, 1);

            ChannelFuture write = opened.connection.write(frames);
            ChannelFuture both = opened.connection.write(head, region);
            opened.connection.send(
                    Commands.FILE_LOGIN_RES,
                    IMFileLoginRsp.newBuilder().setResultCode(0).setTaskId("").build());

            assertThat(write.isDone() && !write.isSuccess()).isTrue();
            assertThat(both.isDone() && !both.isSuccess()).isTrue();
            assertThat(frames.refCnt()).isZero();
            assertThat(head.refCnt()).isZero();
            assertThat(region.refCnt()).isZero();
            assertThat(log.at(Level.WARN)).isEmpty();
        }

        @Test
        void sendingBetweenTheEndOfTheChannelAndItsNewsIsNobodysFault() {
            Opened opened = client();
            opened.connection
                    .closed()
                    .addListener(
                            closed -> opened.connection.write(Unpooled.buffer(1).writeZero(1)));

            opened.channel.close();

            assertThat(log.at(Level.WARN)).isEmpty();
            assertThat(heard).containsExactly("anna closed");
        }
    }

    @Nested
    class Buffers {
        private void isReleasedOnce(Opened opened, RawFrame frame) {
            ByteBuf received = frame.buffer();

            opened.channel.writeInbound(received);

            assertThat(received.refCnt()).isZero();
        }

        @Test
        void aHandledPduIsReleasedOnce() {
            isReleasedOnce(client(), STATE_FRAME);
        }

        @Test
        void aPduWhoseHandlerThrowsIsReleasedOnce() {
            isReleasedOnce(
                    new Opened(CLIENTS).with(onState(pdu -> {
                        throw new IllegalStateException("oops");
                    })),
                    STATE_FRAME);
        }

        @Test
        void anIgnoredPduIsReleasedOnce() {
            isReleasedOnce(client(), UNKNOWN_FRAME);
        }

        @Test
        void aRefusedPduIsReleasedOnce() {
            isReleasedOnce(client(), LOGIN_FRAME);
        }

        @Test
        void aPduAfterClosingStartedIsReleasedOnce() {
            Opened opened = client();
            opened.connection.write(Unpooled.wrappedBuffer(new byte[100]));
            opened.connection.closeAfterFlush("enough");

            isReleasedOnce(opened, STATE_FRAME);
        }

        @Test
        void aSwallowedHeartbeatIsReleasedOnce() {
            isReleasedOnce(
                    new Opened(LINKS).with(onState(pdu -> {})),
                    RawFrame.of(Commands.OTHER_HEARTBEAT.commandId(), 1, new byte[9]));
        }

        @Test
        void aForwardedPduLivesUntilItIsSent() {
            Opened to = client();
            Opened from = new Opened(CLIENTS).with(onState(pdu -> to.connection.forward(pdu)));
            ByteBuf received = STATE_FRAME.buffer();

            from.channel.writeInbound(received);
            assertThat(received.refCnt()).isEqualTo(1);
            to.channel.take(1);

            assertThat(received.refCnt()).isZero();
        }

        @Test
        void aForwardedPduIsReleasedWhenItsReceiverIsGone() {
            Opened to = client();
            to.channel.close();
            Opened from = new Opened(CLIENTS).with(onState(pdu -> to.connection.forward(pdu)));

            isReleasedOnce(from, STATE_FRAME);
        }
    }

    @Nested
    class Sending {
        private byte[] sent(EmbeddedChannel channel) {
            ByteBuf bytes = channel.readOutbound();
            try {
                return ByteBufUtil.getBytes(bytes);
            } finally {
                bytes.release();
            }
        }

        private Connection open(EmbeddedChannel[] channel, Router<Recorder> router) {
            Connection[] opened = new Connection[1];
            channel[0] = new EmbeddedChannel(
                    new PduChannelInitializer(CLIENTS, Optional.empty(), reached::add, fresh -> opened[0] = fresh));
            channels.add(channel[0]);
            opened[0].become(router, new Recorder("anna"), LIMITS);
            return opened[0];
        }

        @Test
        void whatAServerOriginatesHasSequenceNumberZeroAndAReplyThatOfItsRequest() {
            EmbeddedChannel[] channel = new EmbeddedChannel[1];
            Connection connection = open(channel, onState(pdu -> {}));
            IMFileLoginRsp message =
                    IMFileLoginRsp.newBuilder().setResultCode(0).setTaskId("t").build();

            connection.send(Commands.FILE_LOGIN_RES, message);
            connection.send(Commands.FILE_LOGIN_RES, 0xfffe, message);

            assertThat(sent(channel[0]))
                    .isEqualTo(RawFrame.of(Commands.FILE_LOGIN_RES, 0, message).bytes());
            assertThat(sent(channel[0]))
                    .isEqualTo(RawFrame.of(Commands.FILE_LOGIN_RES, 0xfffe, message)
                            .bytes());
        }

        @Test
        void aForwardedPduKeepsEveryByteOrAllButItsSequenceNumber() {
            RawFrame odd = new RawFrame(13, 7, 9, 0x0503, 77, 48, new byte[] {1, 2, 3});
            EmbeddedChannel[] to = new EmbeddedChannel[1];
            Connection receiver = open(to, onState(pdu -> {}));
            EmbeddedChannel[] from = new EmbeddedChannel[1];
            open(from, onState(pdu -> {
                receiver.forward(pdu);
                byte[] asItWas = sent(to[0]);
                assertThat(asItWas).isEqualTo(odd.bytes());
                receiver.forward(pdu, 0xfedc);
            }));

            from[0].writeInbound(odd.buffer());

            assertThat(sent(to[0])).isEqualTo(new RawFrame(13, 7, 9, 0x0503, 0xfedc, 48, new byte[] {1, 2, 3}).bytes());
        }

        @Test
        void aHeartbeatOfAClientIsEchoedByteForByteBeforeAndAfterAnyRole() {
            EmbeddedChannel[] channel = new EmbeddedChannel[1];
            open(channel, onState(pdu -> {}));
            RawFrame odd = new RawFrame(0xffff, 0x1234, 0x4321, 0x0701, 0xfffe, 0xabcd, new byte[] {9, -1, 0});

            channel[0].writeInbound(odd.buffer());

            assertThat(sent(channel[0])).isEqualTo(odd.bytes());
            assertThat(heard).isEmpty();
        }
    }

    @Nested
    class Silence {
        @Test
        void aSilentPeerIsClosedAtItsLimitWithoutAWarning() {
            Opened opened = client();

            opened.pass(LIMITS.idle().minusMillis(1));
            assertThat(opened.channel.isOpen()).isTrue();
            opened.pass(Duration.ofMillis(1));

            assertThat(opened.channel.isOpen()).isFalse();
            assertThat(heard).containsExactly("anna closed");
            assertThat(log.messagesAt(Level.INFO)).singleElement().asString().contains("silent");
            assertThat(log.at(Level.WARN)).isEmpty();
            assertThat(reached).containsExactly(Limit.IDLE);
        }

        @Test
        void aPeerThatTalksStays() {
            Opened opened = client();

            for (int i = 0; i < 10; i++) {
                opened.pass(LIMITS.idle().minusMillis(1));
                opened.receive(STATE_FRAME);
            }

            assertThat(opened.channel.isOpen()).isTrue();
        }

        /** Gives a byte of a frame at a time, so slowly that the frame is not whole within the limit. */
        private void drip(Opened opened) {
            byte[] frame = STATE_FRAME.bytes();
            for (int i = 0; i < frame.length - 1; i++) {
                opened.channel.writeInbound(Unpooled.wrappedBuffer(frame, i, 1));
                opened.pass(LIMITS.idle().dividedBy(frame.length - 1).plusMillis(1));
            }
        }

        @Test
        void aClientThatDoesNotFinishAFrameInTimeIsAsGoodAsSilent() {
            Opened opened = client();

            drip(opened);

            assertThat(opened.channel.isOpen()).isFalse();
            assertThat(log.messagesAt(Level.INFO)).singleElement().asString().contains("silent");
        }

        @Test
        void ofAServerEveryByteIsASignOfLife() {
            Opened opened = new Opened(LINKS).with(onState(pdu -> {}));

            drip(opened);

            assertThat(opened.channel.isOpen()).isTrue();
        }

        @Test
        void beingSentToIsNotTalking() {
            Opened opened = client();

            opened.pass(LIMITS.idle().minusMillis(1));
            opened.connection.write(Unpooled.buffer(1).writeZero(1));
            opened.channel.take(1);
            opened.pass(Duration.ofMillis(1));

            assertThat(opened.channel.isOpen()).isFalse();
        }

        @Test
        void theLimitOfANewRoleReplacesThatOfTheOld() {
            Opened opened = client();
            opened.connection.become(
                    onState(pdu -> {}), new Recorder("berta"), new Limits(100, Duration.ofSeconds(300)));

            opened.pass(Duration.ofSeconds(299));
            assertThat(opened.channel.isOpen()).isTrue();
            opened.pass(Duration.ofSeconds(1));

            assertThat(opened.channel.isOpen()).isFalse();
        }

        @Test
        void aLimitOfZeroIsForEver() {
            Opened opened = new Opened(CLIENTS);
            opened.connection.become(onState(pdu -> {}), new Recorder("anna"), new Limits(100, Duration.ZERO));

            opened.pass(Duration.ofDays(1));

            assertThat(opened.channel.isOpen()).isTrue();
        }

        private Opened stranger() {
            Opened opened = new Opened(CLIENTS);
            opened.connection.become(onState(pdu -> {}), new Recorder("stranger"), STRANGER);
            return opened;
        }

        @Test
        void whoStaysAStrangerForTooLongIsClosedHoweverMuchItTalks() {
            Opened opened = stranger();

            for (int second = 1; second < STRANGER.stay().toSeconds(); second++) {
                opened.pass(Duration.ofSeconds(1));
                opened.receive(HEARTBEAT_FRAME);
            }
            assertThat(opened.channel.isOpen()).isTrue();
            opened.pass(Duration.ofSeconds(1));

            assertThat(opened.channel.isOpen()).isFalse();
            assertThat(reached).containsExactly(Limit.STAY);
            assertThat(log.messagesAt(Level.INFO)).singleElement().asString().contains("tester");
        }

        @Test
        void whoIsNoStrangerAnyMoreMayStay() {
            Opened opened = stranger();
            opened.pass(STRANGER.idle().minusMillis(1));
            opened.connection.become(onState(pdu -> {}), new Recorder("anna"), new Limits(4096, Duration.ZERO));

            opened.pass(Duration.ofDays(1));

            assertThat(opened.channel.isOpen()).isTrue();
            assertThat(reached).isEmpty();
        }

        @Test
        void aPeerThatIsNotListenedToIsNotBlamedForItsSilence() {
            Opened opened = client();
            opened.connection.readFrom(false);

            opened.pass(LIMITS.idle().multipliedBy(3));
            assertThat(opened.channel.isOpen()).isTrue();
            opened.connection.readFrom(true);
            opened.pass(LIMITS.idle().minusMillis(1));
            assertThat(opened.channel.isOpen())
                    .as("the time starts when listening starts")
                    .isTrue();
            opened.pass(Duration.ofMillis(1));

            assertThat(opened.channel.isOpen()).isFalse();
        }

        @Test
        void aLinkSendsAHeartbeatAfterEverySilenceOfItsOwn() {
            Opened opened = new Opened(LINKS);
            opened.connection.become(onState(pdu -> {}), new Recorder("anna"), new Limits(100, Duration.ofSeconds(30)));
            List<ByteBuf> sent = new ArrayList<>();

            opened.pass(Duration.ofMillis(4999));
            assertThat(queued(opened)).isZero();
            opened.pass(Duration.ofMillis(1));
            assertThat(queued(opened)).isEqualTo(1);
            opened.channel.take(1);
            opened.pass(Duration.ofSeconds(5));

            assertThat(queued(opened)).isEqualTo(1);
            assertThat(sent).isEmpty();
        }

        @Test
        void aLinkThatSendsNeedsNoHeartbeat() {
            Opened opened = new Opened(LINKS);
            opened.connection.become(onState(pdu -> {}), new Recorder("anna"), new Limits(100, Duration.ofSeconds(30)));

            opened.pass(Duration.ofMillis(4999));
            opened.connection.write(Unpooled.buffer(1).writeZero(1));
            opened.channel.take(1);
            opened.pass(Duration.ofMillis(4999));

            assertThat(queued(opened)).isZero();
        }

        @Test
        void aClientPortSendsNoHeartbeatsOfItsOwn() {
            Opened opened = new Opened(CLIENTS);
            opened.connection.become(onState(pdu -> {}), new Recorder("anna"), new Limits(100, Duration.ZERO));

            opened.pass(Duration.ofDays(1));

            assertThat(queued(opened)).isZero();
        }
    }

    private static int queued(Opened opened) {
        return opened.channel.unsafe().outboundBuffer().size();
    }

    @Nested
    class FastPeers {
        /** Two frames a second, five at once; or four frames' bytes a second, a hundred at once. */
        private static final Rates RATES =
                new Rates(new TokenBucket.Rate(2, 5), new TokenBucket.Rate(4 * 19, 100 * 19));

        private Opened fast() {
            Opened opened = new Opened(CLIENTS);
            opened.connection.become(
                    onState(pdu -> {}),
                    new Recorder("anna"),
                    new Limits(4096, Duration.ofSeconds(60), Duration.ZERO, RATES));
            return opened;
        }

        private void receive(Opened opened, int frames) {
            RawFrame[] all = new RawFrame[frames];
            Arrays.fill(all, STATE_FRAME);
            opened.receive(all);
        }

        private boolean isRead(Opened opened) {
            return opened.channel.config().isAutoRead();
        }

        @Test
        void whoSendsNoFasterThanHeMayIsNotSlowedDown() {
            Opened opened = fast();
            receive(opened, 5);
            for (int i = 0; i < 10; i++) {
                opened.pass(Duration.ofMillis(500));
                receive(opened, 1);
            }
            assertThat(isRead(opened)).isTrue();
            assertThat(reached).isEmpty();
        }

        @Test
        void whoSendsTooManyFramesIsHeardAndThenNotReadUntilTheyWouldHaveBeenDue() {
            Opened opened = fast();

            receive(opened, 9);

            assertThat(heard).hasSize(9);
            assertThat(isRead(opened)).isFalse();
            assertThat(reached).containsExactly(Limit.FRAMES_PER_SECOND);
            opened.pass(Duration.ofMillis(1999));
            assertThat(isRead(opened)).isFalse();
            opened.pass(Duration.ofMillis(1));
            assertThat(isRead(opened)).isTrue();
            receive(opened, 1);
            assertThat(isRead(opened)).isFalse();
            assertThat(opened.channel.isOpen()).isTrue();
        }

        @Test
        void heartbeatsCountToo() {
            Opened opened = fast();
            RawFrame[] heartbeats = new RawFrame[6];
            Arrays.fill(heartbeats, HEARTBEAT_FRAME);
            opened.receive(heartbeats);
            assertThat(isRead(opened)).isFalse();
        }

        @Test
        void whoSendsTooManyBytesIsSlowedDownToo() {
            Opened opened = fast();
            opened.receive(RawFrame.of(0x0503, 1, new byte[104 * 19 - 16]));
            assertThat(isRead(opened)).isFalse();
            assertThat(reached).containsExactly(Limit.BYTES_PER_SECOND);
            opened.pass(Duration.ofMillis(999));
            assertThat(isRead(opened)).isFalse();
            opened.pass(Duration.ofMillis(1));
            assertThat(isRead(opened)).isTrue();
        }

        @Test
        void whoIsNotReadFromIsNotSilent() {
            Opened opened = fast();
            receive(opened, 1000);
            opened.pass(Duration.ofSeconds(497));
            assertThat(isRead(opened)).isFalse();
            opened.pass(Duration.ofSeconds(1));
            assertThat(isRead(opened)).isTrue();
            assertThat(opened.channel.isOpen()).isTrue();
        }

        @Test
        void aSessionThatDoesNotWantToHearMoreIsNotOverruled() {
            Opened opened = fast();
            opened.connection.readFrom(false);
            receive(opened, 6);
            opened.connection.readFrom(true);
            assertThat(isRead(opened)).as("still too fast").isFalse();
            opened.connection.readFrom(false);
            opened.pass(Duration.ofSeconds(10));
            assertThat(isRead(opened)).as("still not wanted").isFalse();
            opened.connection.readFrom(true);
            assertThat(isRead(opened)).isTrue();
        }

        @Test
        void anotherRoleBeginsAnew() {
            Opened opened = fast();
            receive(opened, 6);
            opened.connection.become(onState(pdu -> {}), new Recorder("berta"), LIMITS);
            assertThat(isRead(opened)).isTrue();
            receive(opened, 100);
            assertThat(isRead(opened)).isTrue();
        }

        @Test
        void whoIsSentAwayIsReadToTheEnd() {
            Opened opened = fast();
            receive(opened, 6);
            opened.connection.closeAfterFlush("the test wants it");
            assertThat(isRead(opened)).isTrue();
        }
    }

    @Nested
    class ShortMemory {
        private void use(long amount) {
            memoryUsed = amount;
            memoryTime.push(BufferMemory.LOOK_EVERY);
        }

        private boolean isRead(Opened opened) {
            return opened.channel.config().isAutoRead();
        }

        @Test
        void whileItIsShortTheFrameThatHasComeIsHandledAndNoMoreIsRead() {
            Opened opened = client();
            use(80);
            opened.receive(STATE_FRAME);
            assertThat(isRead(opened)).isTrue();

            use(81);
            opened.receive(STATE_FRAME);

            assertThat(heard).containsExactly("anna state", "anna state");
            assertThat(isRead(opened)).isFalse();
            assertThat(reached).containsExactly(Limit.MEMORY);
        }

        @Test
        void whenThereIsEnoughAgainItIsReadOn() {
            Opened opened = client();
            use(81);
            opened.receive(STATE_FRAME);
            opened.pass(Duration.ofSeconds(1));
            assertThat(isRead(opened)).isFalse();

            use(80);
            opened.pass(BufferMemory.LOOK_EVERY);

            assertThat(isRead(opened)).isTrue();
            assertThat(opened.channel.isOpen()).isTrue();
        }

        @Test
        void whoHoldsSomeOfItAndSaysNothingGoes() {
            Opened opened = client();
            use(81);
            opened.receive(STATE_FRAME);
            opened.pass(LIMITS.idle().minusMillis(1));
            assertThat(opened.channel.isOpen()).isTrue();
            opened.pass(Duration.ofMillis(1));
            assertThat(opened.channel.isOpen()).isFalse();
        }
    }

    @Nested
    class SlowPeers {
        private static final int PIECE = 128 << 10;

        private Opened patientClient() {
            Opened opened = new Opened(CLIENTS);
            opened.connection.become(onState(pdu -> {}), new Recorder("anna"), new Limits(4096, Duration.ZERO));
            return opened;
        }

        private void queue(Opened opened, int pieces) {
            for (int i = 0; i < pieces; i++) {
                opened.connection.write(Unpooled.wrappedBuffer(new byte[PIECE]));
            }
        }

        @Test
        void theSessionHearsWhenItsPeerIsSlowAndWhenItHasCaughtUp() {
            Opened opened = patientClient();

            queue(opened, 9);
            opened.channel.take(9);

            assertThat(heard).containsExactly("anna writable false", "anna writable true");
        }

        @Test
        void aPeerForWhichTooMuchWaitsIsCutOffWithAWarning() {
            Opened opened = patientClient();
            int limit = MAX_OUTBOUND / PIECE;

            queue(opened, limit);
            assertThat(opened.channel.isOpen()).isTrue();
            queue(opened, 10);

            assertThat(opened.channel.isOpen()).isFalse();
            assertThat(log.messagesAt(Level.WARN)).singleElement().asString().contains("does not read");
        }

        @Test
        void fileRegionsCountAsWhatWaits() {
            Opened opened = patientClient();
            FileRegion region = new DefaultFileRegion(new File("never opened"), 0, MAX_OUTBOUND + (1 << 20));

            opened.connection.write(Unpooled.buffer(1).writeZero(1), region);
            assertThat(opened.channel.isOpen())
                    .as("the limit is looked at before")
                    .isTrue();
            opened.connection.write(Unpooled.buffer(1).writeZero(1));

            assertThat(opened.channel.isOpen()).isFalse();
            assertThat(region.refCnt()).isZero();
        }

        @Test
        void aSlowPeerThatReadsNothingForTheStallLimitIsCutOff() {
            Opened opened = patientClient();
            queue(opened, 10);

            opened.pass(STALL_LIMIT.minusMillis(1));
            assertThat(opened.channel.isOpen()).isTrue();
            opened.pass(Duration.ofMillis(1));

            assertThat(opened.channel.isOpen()).isFalse();
            assertThat(log.messagesAt(Level.WARN)).singleElement().asString().contains("has read nothing");
        }

        @Test
        void aSlowPeerThatReadsALittleStays() {
            Opened opened = patientClient();
            queue(opened, 30);

            for (int i = 0; i < 15; i++) {
                opened.pass(STALL_LIMIT.minusMillis(1));
                opened.channel.take(1);
            }

            assertThat(opened.channel.isOpen()).isTrue();
        }

        @Test
        void aSlowPeerThatReadsAsMuchAsItIsSentStays() {
            Opened opened = patientClient();
            queue(opened, 10);

            for (int i = 0; i < 10; i++) {
                opened.channel.take(1);
                queue(opened, 1);
                opened.pass(STALL_LIMIT);
            }

            assertThat(log.at(Level.WARN)).isEmpty();
            assertThat(opened.channel.isOpen()).isTrue();
        }

        @Test
        void aPeerThatHasCaughtUpIsNotWatchedAnyMore() {
            Opened opened = patientClient();
            queue(opened, 10);
            opened.channel.take(8);

            opened.pass(STALL_LIMIT.multipliedBy(5));

            assertThat(opened.channel.isOpen()).isTrue();
        }

        @Test
        void whileTheRestIsFlushedEvenALittleThatIsNotReadCutsThePeerOff() {
            Opened opened = patientClient();
            queue(opened, 1);
            opened.connection.closeAfterFlush("enough");

            opened.pass(STALL_LIMIT);

            assertThat(opened.channel.isOpen()).isFalse();
            assertThat(log.messagesAt(Level.WARN)).singleElement().asString().contains("has read nothing");
        }

        @Test
        void whileTheRestIsFlushedAPeerThatReadsHasAllTheTimeItNeeds() {
            Opened opened = patientClient();
            queue(opened, 20);
            opened.connection.closeAfterFlush("enough");

            for (int i = 0; i < 19; i++) {
                opened.pass(STALL_LIMIT.minusMillis(1));
                opened.channel.take(1);
            }

            assertThat(opened.channel.isOpen()).isTrue();
        }
    }
}
