package im.db.link;

import im.db.domain.Logins;
import im.db.domain.PasswordDigest;
import im.db.domain.User;
import im.db.domain.UserName;
import im.proto.Commands;
import im.proto.server.IMValidateReq;
import im.proto.server.IMValidateRsp;
import java.util.Optional;

/** Who may log in. */
public final class LoginCommands {
    private final StorageCalls storage;
    private final Logins logins;

    public LoginCommands(StorageCalls storage, Logins logins) {
        this.storage = storage;
        this.logins = logins;
    }

    public void onValidate(MsgServerLink link, IMValidateReq request, int seq) {
        storage.run(
                link,
                "login of " + request.getUserName(),
                request.getUserName(),
                () -> validate(request),
                user -> answer(link, request, seq, accepted(user)),
                () -> answer(link, request, seq, result(ResultCode.NO_DATABASE, "the database does not answer")));
    }

    private Optional<User> validate(IMValidateReq request) {
        // Names and digests that nobody can have are wrong like any other.
        if (!UserName.isOne(request.getUserName()) || !PasswordDigest.isOne(request.getPassword())) {
            return Optional.empty();
        }
        return logins.validate(new UserName(request.getUserName()), new PasswordDigest(request.getPassword()));
    }

    private static IMValidateRsp.Builder accepted(Optional<User> user) {
        return user.map(found -> result(ResultCode.OK, "ok").setUserInfo(UserInfos.of(found)))
                .orElseGet(() -> result(ResultCode.REFUSED, "wrong user name or password"));
    }

    private static IMValidateRsp.Builder result(int code, String text) {
        return IMValidateRsp.newBuilder().setResultCode(code).setResultString(text);
    }

    private static void answer(MsgServerLink link, IMValidateReq request, int seq, IMValidateRsp.Builder answer) {
        answer.setUserName(request.getUserName());
        if (request.hasAttachData()) {
            answer.setAttachData(request.getAttachData());
        }
        link.send(Commands.OTHER_VALIDATE_RSP, seq, answer.build());
    }
}
