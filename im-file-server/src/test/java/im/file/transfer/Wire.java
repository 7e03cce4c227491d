package im.file.transfer;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import im.netlib.Block;
import im.netlib.Pdu;
import im.netlib.TestPdus;
import im.proto.Commands;
import im.proto.base.ClientFileState;
import im.proto.base.TransferFileType;
import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFilePullDataRsp;
import im.proto.file.IMFileState;
import java.security.SecureRandom;

/** What clients say, as PDUs, and how it reaches a participation. */
final class Wire {
    static final long ALICE = 1;
    static final long BOB = 2;
    static final TaskId ID = TaskId.random(new SecureRandom());

    private Wire() {}

    static FileTask task(long size) {
        return new FileTask(ID, ALICE, BOB, "notes.txt", size);
    }

    static void pull(Participation receiver, long offset, int length, int seq) {
        Pdu pdu = TestPdus.of(
                Commands.FILE_PULL_DATA_REQ,
                seq,
                IMFilePullDataReq.newBuilder()
                        .setTaskId(ID.text())
                        .setUserId((int) BOB)
                        .setTransMode(TransferFileType.FILE_TYPE_ONLINE)
                        .setOffset((int) offset)
                        .setDataSize(length)
                        .build());
        receiver.onPull(pdu, new Pull(offset, length, seq));
    }

    static void block(Participation sender, long offset, byte[] data) {
        block(sender, 0, offset, data);
    }

    static void block(Participation sender, int result, long offset, byte[] data) {
        Pdu pdu = block(result, offset, data);
        sender.onBlock(pdu, Block.parse(pdu));
    }

    /** Of alice's. */
    static Pdu block(int result, long offset, byte[] data) {
        return TestPdus.of(
                Commands.FILE_PULL_DATA_RSP,
                999,
                IMFilePullDataRsp.newBuilder()
                        .setResultCode(result)
                        .setTaskId(ID.text())
                        .setUserId((int) ALICE)
                        .setOffset((int) offset)
                        .setFileData(ByteString.copyFrom(data))
                        .build());
    }

    static void blockWithUnknownField(Participation sender, long offset, byte[] data, int unknown) {
        Pdu pdu = TestPdus.of(
                Commands.FILE_PULL_DATA_RSP,
                999,
                IMFilePullDataRsp.newBuilder()
                        .setResultCode(0)
                        .setTaskId(ID.text())
                        .setUserId((int) ALICE)
                        .setOffset((int) offset)
                        .setFileData(ByteString.copyFrom(data))
                        .setUnknownFields(UnknownFieldSet.newBuilder()
                                .addField(
                                        99,
                                        UnknownFieldSet.Field.newBuilder()
                                                .addLengthDelimited(ByteString.copyFrom(new byte[unknown]))
                                                .build())
                                .build())
                        .build());
        sender.onBlock(pdu, Block.parse(pdu));
    }

    static void state(Participation from, FileState state, long userId) {
        Pdu pdu = TestPdus.of(
                Commands.FILE_STATE,
                77,
                IMFileState.newBuilder()
                        .setState(ClientFileState.valueOf("CLIENT_FILE_" + state))
                        .setTaskId(ID.text())
                        .setUserId((int) userId)
                        .build());
        from.onState(pdu, state);
    }
}
