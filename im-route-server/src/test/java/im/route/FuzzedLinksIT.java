package im.route;

import static im.proto.base.ClientType.CLIENT_TYPE_WINDOWS;
import static im.route.FakeMsgServer.client;

import im.proto.Commands;
import im.proto.base.TransferFileType;
import im.proto.base.UserStatType;
import im.proto.buddy.IMUsersStatReq;
import im.proto.file.IMFileNotify;
import im.proto.server.IMOnlineUserInfo;
import im.proto.server.IMRoleSet;
import im.server.management.Telemetry;
import im.testkit.Eventually;
import im.testkit.WireClient;
import im.testkit.fuzz.FuzzCases;
import im.testkit.fuzz.HostileLinks;
import im.testkit.fuzz.HostileLinks.Said;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Msg-servers whose links begin well and go wrong: others notice nothing, and nothing of them stays behind. */
class FuzzedLinksIT {
    private static final int LINKS = 25;
    private static final int ALICE = 41;
    private static final int BOB = 42;
    private static final int[] OF_HOSTILE = {0, 1, 2, 3, -1, 0x7fff_ffff, 0x8000_0000};

    @Test
    void whateverAMsgServerSaysOthersNoticeNothingAndNothingStaysBehind() throws Exception {
        HostileLinks hostile = new HostileLinks(
                List.of(
                        new Said(
                                Commands.OTHER_ROLE_SET,
                                IMRoleSet.newBuilder()
                                        .setMaster(1)
                                        .setTellEverything(true)
                                        .build()),
                        new Said(
                                Commands.OTHER_ONLINE_USER_INFO,
                                IMOnlineUserInfo.newBuilder()
                                        .addUserStatList(client(1, CLIENT_TYPE_WINDOWS))
                                        .build())),
                RouteServers.SAID_BY_MSG_SERVERS);
        Telemetry telemetry = new Telemetry();
        try (RouteServer server = RouteServer.start(RouteServers.config(), telemetry)) {
            FuzzCases.runAgainstServers(24, (random, number) -> {
                try (FakeMsgServer alices = FakeMsgServer.link(server, false, client(ALICE, CLIENT_TYPE_WINDOWS));
                        FakeMsgServer bobs = FakeMsgServer.link(server, false, client(BOB, CLIENT_TYPE_WINDOWS))) {
                    for (int i = 0; i < LINKS; i++) {
                        hostile.goWrong(server.address(), random);
                    }
                    alices.send(Commands.FILE_NOTIFY, offer("healthy " + number));
                    awaitOffer(bobs, "healthy " + number);
                    hostile.close();
                    Eventually.until("the others are gone", () -> links(telemetry) == 2);
                }
                Eventually.until("their users are gone", () -> isGone(server));
                Eventually.until("all are gone", () -> links(telemetry) == 0);
            });
        }
    }

    /** As one says who comes now. The news that somebody left may come first. */
    private static boolean isGone(RouteServer server) throws IOException {
        try (FakeMsgServer asks = FakeMsgServer.connect(server)) {
            IMUsersStatReq.Builder request = IMUsersStatReq.newBuilder().setUserId(9);
            for (int user : OF_HOSTILE) {
                request.addUserIdList(user);
            }
            asks.send(Commands.BUDDY_LIST_USERS_STATUS_REQUEST, request.build());
            WireClient.Frame frame = asks.wire().receive();
            while (frame.commandId() != Commands.BUDDY_LIST_USERS_STATUS_RESPONSE.commandId()) {
                frame = asks.wire().receive();
            }
            return frame.parse(Commands.BUDDY_LIST_USERS_STATUS_RESPONSE).getUserStatListList().stream()
                    .allMatch(stat -> stat.getStatus() == UserStatType.USER_STATUS_OFFLINE);
        }
    }

    private static int links(Telemetry telemetry) {
        return (int) telemetry.meters().get("im.connections").gauge().value();
    }

    private static IMFileNotify offer(String name) {
        return IMFileNotify.newBuilder()
                .setFromUserId(ALICE)
                .setToUserId(BOB)
                .setFileName(name)
                .setFileSize(1)
                .setTaskId("t")
                .setTransMode(TransferFileType.FILE_TYPE_ONLINE)
                .setOfflineReady(0)
                .build();
    }

    /** Others may have sent it all kinds of things. */
    private static void awaitOffer(FakeMsgServer at, String name) throws IOException {
        WireClient.Frame frame = at.wire().receive();
        while (frame.commandId() != Commands.FILE_NOTIFY.commandId()
                || !frame.parse(Commands.FILE_NOTIFY).getFileName().equals(name)) {
            frame = at.wire().receive();
        }
    }
}
