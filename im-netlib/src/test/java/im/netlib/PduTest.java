package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.proto.Commands;
import im.proto.file.IMFileLoginReq;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.junit.jupiter.api.Test;

class PduTest {
    private static final byte[] BODY = {1, 2, 3};

    @Test
    void theHeaderIsReadUnsignedAndBigEndian() {
        Pdu pdu = new RawFrame(0xfffe, 1, 0xfffd, 0xfffc, 0xfffb, 48, BODY).pdu();

        assertThat(pdu.serviceId()).isEqualTo(0xfffd);
        assertThat(pdu.commandId()).isEqualTo(0xfffc);
        assertThat(pdu.seq()).isEqualTo(0xfffb);
        assertThat(pdu.length()).isEqualTo(19);
        assertThat(ByteBufUtil.getBytes(pdu.body())).isEqualTo(BODY);
    }

    @Test
    void aFrameWithinALargerBufferIsReadInPlace() {
        ByteBuf buffer = RawFrame.of(0x0701, 7, BODY).buffer();
        ByteBuf shifted = buffer.alloc().buffer().writeZero(5).writeBytes(buffer);
        shifted.skipBytes(5);
        Pdu pdu = new Pdu(shifted);

        assertThat(pdu.commandId()).isEqualTo(0x0701);
        assertThat(pdu.seq()).isEqualTo(7);
        assertThat(ByteBufUtil.getBytes(pdu.body())).isEqualTo(BODY);
        assertThat(ByteBufUtil.getBytes(pdu.copy().frame()))
                .isEqualTo(RawFrame.of(0x0701, 7, BODY).bytes());
        pdu.release();
    }

    @Test
    void aCopyOutlivesThePdu() {
        RawFrame frame = RawFrame.of(0x0504, 9, BODY);
        ByteBuf pooled = io.netty.buffer.PooledByteBufAllocator.DEFAULT.buffer().writeBytes(frame.bytes());
        Pdu pdu = new Pdu(pooled);

        Pdu copy = pdu.copy();
        pdu.release();

        assertThat(pooled.refCnt()).isZero();
        assertThat(ByteBufUtil.getBytes(copy.frame())).isEqualTo(frame.bytes());
    }

    @Test
    void aBodyIsParsedAsItsCommandSays() {
        IMFileLoginReq login = IMFileLoginReq.newBuilder()
                .setUserId(-1)
                .setTaskId("t")
                .setFileRole(im.proto.base.ClientFileRole.CLIENT_OFFLINE_DOWNLOAD)
                .build();

        assertThat(RawFrame.of(Commands.FILE_LOGIN_REQ, 1, login).pdu().parse(Commands.FILE_LOGIN_REQ))
                .isEqualTo(login);
    }

    @Test
    void aBodyThatDoesNotParseIsAViolationThatNamesTheCommand() {
        Pdu pdu = RawFrame.of(0x0501, 1, new byte[] {8}).pdu();

        assertThatThrownBy(() -> pdu.parse(Commands.FILE_LOGIN_REQ))
                .isInstanceOf(ProtocolViolation.class)
                .hasMessageContaining("FILE_LOGIN_REQ");
    }

    @Test
    void aBodyWithoutARequiredFieldIsAViolation() {
        Pdu pdu = RawFrame.of(0x0501, 1, new byte[0]).pdu();

        assertThatThrownBy(() -> pdu.parse(Commands.FILE_LOGIN_REQ)).isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void aViolationCarriesNoStackTrace() {
        assertThat(new ProtocolViolation("x").getStackTrace()).isEmpty();
        assertThat(new LinkLostException("x").getStackTrace()).isEmpty();
    }
}
