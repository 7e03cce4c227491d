package im.msg;

import static org.assertj.core.api.Assertions.assertThat;

import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.UserStat;
import im.proto.base.UserStatType;
import im.proto.buddy.IMUsersStatReq;
import im.proto.buddy.IMUsersStatRsp;
import im.testkit.WireClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BuddyIT {
    private Stack stack;
    private Client alice;

    @BeforeEach
    void start() throws Exception {
        stack = Stack.start(Map.of());
        alice = stack.desktop("alice");
    }

    @AfterEach
    void stop() throws Exception {
        stack.close();
    }

    @Test
    void whoIsOnline() throws Exception {
        stack.closing(Client.loggedIn(stack.server, "bob", ClientType.CLIENT_TYPE_ANDROID));
        alice.wire.send(
                Commands.BUDDY_LIST_USERS_STATUS_REQUEST,
                6,
                IMUsersStatReq.newBuilder()
                        .setUserId(99)
                        .addAllUserIdList(List.of(3, 2, 1))
                        .build());
        WireClient.Frame answer = alice.expectFrame(Commands.BUDDY_LIST_USERS_STATUS_RESPONSE);
        assertThat(answer.seq()).isEqualTo(6);
        assertThat(answer.parse(Commands.BUDDY_LIST_USERS_STATUS_RESPONSE))
                .isEqualTo(IMUsersStatRsp.newBuilder()
                        .setUserId(1)
                        .addUserStatList(status(3, UserStatType.USER_STATUS_OFFLINE))
                        .addUserStatList(status(2, UserStatType.USER_STATUS_ONLINE))
                        .addUserStatList(status(1, UserStatType.USER_STATUS_ONLINE))
                        .build());
    }

    private static UserStat status(int user, UserStatType status) {
        return UserStat.newBuilder().setUserId(user).setStatus(status).build();
    }
}
