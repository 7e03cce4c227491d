package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.file.IMFileLoginReq;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouterTest {
    private static final int UNKNOWN_ID = 0x7777;
    private static final IMFileLoginReq LOGIN = IMFileLoginReq.newBuilder()
            .setUserId(3)
            .setTaskId("task")
            .setFileRole(ClientFileRole.CLIENT_REALTIME_SENDER)
            .build();

    private final List<Object> heard = new ArrayList<>();
    private final Session session = new Session() {};

    private Router.Builder<Session> listening() {
        return Router.<Session>forRole("tester").on(Commands.FILE_LOGIN_REQ, (who, message, seq) -> {
            heard.add(who);
            heard.add(message);
            heard.add(seq);
        });
    }

    @Test
    void aHandlerGetsTheSessionTheParsedMessageAndTheSequenceNumber() {
        listening()
                .build()
                .route(
                        session,
                        RawFrame.of(Commands.FILE_LOGIN_REQ, 0xfffe, LOGIN).pdu());

        assertThat(heard).containsExactly(session, LOGIN, 0xfffe);
    }

    @Test
    void dispatchIsByCommandIdWhateverTheServiceIdIs() {
        RawFrame odd = new RawFrame(13, 9, 0x4242, 0x0501, 5, 48, LOGIN.toByteArray());

        listening().build().route(session, odd.pdu());

        assertThat(heard).containsExactly(session, LOGIN, 5);
    }

    @Test
    void anUnopenedPduIsHandedOverAsItCame() {
        Pdu pdu = RawFrame.of(0x0505, 1, new byte[] {-1}).pdu();
        Router<Session> router = Router.<Session>forRole("tester")
                .onPdu(Commands.FILE_PULL_DATA_RSP, (who, unopened) -> heard.add(unopened))
                .build();

        router.route(session, pdu);

        assertThat(heard).containsExactly(pdu);
    }

    @Test
    void anUnknownCommandIsCountedAndIgnored() {
        Router<Session> router = listening().build();

        router.route(session, RawFrame.of(UNKNOWN_ID, 1, new byte[] {-1}).pdu());
        router.route(session, RawFrame.of(UNKNOWN_ID, 1, new byte[0]).pdu());

        assertThat(router.ignored()).isEqualTo(2);
        assertThat(heard).isEmpty();
    }

    @Test
    void aStrictRouterRefusesWhatIsUnknown() {
        Router<Session> router = listening().strict().build();

        assertThatThrownBy(() -> router.route(
                        session, RawFrame.of(UNKNOWN_ID, 1, new byte[0]).pdu()))
                .isInstanceOf(ProtocolViolation.class)
                .hasMessageContaining("tester")
                .hasMessageContaining("0x7777");
        assertThat(router.ignored()).isZero();
    }

    @Test
    void aStrictRouterTakesWhatIsListed() {
        listening()
                .strict()
                .build()
                .route(session, RawFrame.of(Commands.FILE_LOGIN_REQ, 1, LOGIN).pdu());

        assertThat(heard).hasSize(3);
    }

    @Test
    void aKnownCommandOfAnotherRoleIsRefused() {
        Router<Session> router = listening().build();

        assertThatThrownBy(() -> router.route(
                        session, RawFrame.of(0x0103, 1, new byte[0]).pdu()))
                .isInstanceOf(ProtocolViolation.class)
                .hasMessageContaining("0x0103");
    }

    @Test
    void aCommandOfTheIgnoreListIsCountedAndIgnoredEvenIfItsBodyIsBroken() {
        Router<Session> router = listening()
                .ignore(Commands.MSG_DATA, Commands.MSG_DATA_ACK)
                .strict()
                .build();

        router.route(session, RawFrame.of(0x0301, 1, new byte[] {-1}).pdu());
        router.route(session, RawFrame.of(0x0302, 1, new byte[] {-1}).pdu());

        assertThat(router.ignored()).isEqualTo(2);
    }

    @Test
    void anUnparsableBodyIsAViolationAndReachesNoHandler() {
        Router<Session> router = listening().build();

        assertThatThrownBy(() -> router.route(
                        session, RawFrame.of(0x0501, 1, new byte[] {8}).pdu()))
                .isInstanceOf(ProtocolViolation.class);
        assertThat(heard).isEmpty();
    }

    @Test
    void twoHandlersForOneCommandAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> listening().on(Commands.FILE_LOGIN_REQ, (who, message, seq) -> {}))
                .withMessageContaining("FILE_LOGIN_REQ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> listening().onPdu(Commands.FILE_LOGIN_REQ, (who, pdu) -> {}));
    }

    @Test
    void aCommandCannotBeBothHandledAndIgnored() {
        assertThatIllegalArgumentException().isThrownBy(() -> listening().ignore(Commands.FILE_LOGIN_REQ));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> listening().ignore(Commands.MSG_DATA).onPdu(Commands.MSG_DATA, (who, pdu) -> {}));
        assertThatIllegalArgumentException().isThrownBy(() -> listening().ignore(Commands.MSG_DATA, Commands.MSG_DATA));
    }

    @Test
    void aBuiltRouterDoesNotChangeWithItsBuilder() {
        Router.Builder<Session> builder = listening();
        Router<Session> built = builder.build();

        builder.on(Commands.MSG_TIME_REQUEST, (who, message, seq) -> heard.add(message));

        assertThatThrownBy(() ->
                        built.route(session, RawFrame.of(0x0305, 1, new byte[0]).pdu()))
                .isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void theRoleIsItsNameInLogs() {
        assertThat(listening().build()).hasToString("tester");
        assertThatCode(() -> listening().build()).doesNotThrowAnyException();
    }
}
