package im.login.client;

import im.login.domain.Choice;
import im.login.domain.MsgServers;
import im.netlib.Connection;
import im.netlib.Limits;
import im.netlib.Router;
import im.netlib.Session;
import im.proto.Commands;
import im.proto.base.ResultType;
import im.proto.login.IMMsgServReq;
import im.proto.login.IMMsgServRsp;

/** One question, one answer, the end. Clients who say anything else are closed without a word. */
public final class MsgServCommands {
    private final MsgServers msgServers;
    private final Limits limits;
    private final Router<Asker> askers = Router.<Asker>forRole("client who asks for a msg-server")
            .on(Commands.LOGIN_REQ_MSGSERVER, this::onMsgServ)
            .strict()
            .build();

    public MsgServCommands(MsgServers msgServers, Limits limits) {
        this.msgServers = msgServers;
        this.limits = limits;
    }

    /** A client has connected. */
    public void onConnected(Connection connection) {
        connection.become(askers, new Asker(connection), limits);
    }

    private record Asker(Connection connection) implements Session {}

    private void onMsgServ(Asker asker, IMMsgServReq request, int seq) {
        Choice choice = msgServers.choose();
        IMMsgServRsp.Builder answer = IMMsgServRsp.newBuilder()
                .setResultCode(ResultType.forNumber(choice.outcome().code()));
        choice.address()
                .ifPresent(address -> answer.setPriorIp(address.priorIp())
                        .setBackipIp(address.backupIp())
                        .setPort(address.port()));
        asker.connection().send(Commands.LOGIN_RES_MSGSERVER, seq, answer.build());
        asker.connection().closeAfterFlush("answered");
    }
}
