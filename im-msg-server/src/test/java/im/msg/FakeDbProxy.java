package im.msg;

import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import im.msg.wire.DatabaseRequest;
import im.netlib.Router;
import im.proto.Commands;
import im.proto.base.OfflineFileInfo;
import im.proto.base.ShieldStatus;
import im.proto.base.UserInfo;
import im.proto.base.UserTokenInfo;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.message.IMMsgData;
import im.proto.server.IMGetDeviceTokenReq;
import im.proto.server.IMGetDeviceTokenRsp;
import im.proto.server.IMGroupGetShieldReq;
import im.proto.server.IMGroupGetShieldRsp;
import im.proto.server.IMStopReceivePacket;
import im.proto.server.IMValidateReq;
import im.proto.server.IMValidateRsp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A db-proxy with the users alice (1), bob (2) and carol (3), whose passwords are as in the recorded conversations. */
final class FakeDbProxy extends FakeServer {
    /** Whether and how requests are answered. */
    enum Mood {
        WILLING,
        SILENT,
        /** Carries out changes to the list of files, and does not say so. */
        OF_OTHERS,
        /** Answers logins and messages when the test says so. */
        HOLDING,
        WITHOUT_DATABASE,
        VANISHING,
        STOPPING
    }

    static final String WRONG_PASSWORD = "用户名/密码错误";

    static final Map<String, UserInfo> USERS =
            Map.of("alice", user(1, "Alice"), "bob", user(2, "Bob"), "carol", user(3, "Carol"));

    /** Who may log in. */
    final Map<String, UserInfo> users = new ConcurrentHashMap<>(USERS);

    /** Everything that was asked but logins, in order. */
    final BlockingQueue<MessageLite> asked = new LinkedBlockingQueue<>();

    /** A login was asked for. */
    final BlockingQueue<MessageLite> logins = new LinkedBlockingQueue<>();

    volatile Mood mood = Mood.WILLING;
    volatile int recordResult;
    volatile List<OfflineFileInfo> waiting = List.of();
    /** What became of files. */
    volatile IMFileHasOfflineRsp fates = IMFileHasOfflineRsp.getDefaultInstance();

    /** To what msg-servers only pass on, by the id of the answer's command; without one there is no answer. */
    final Map<Integer, Message> answers = new ConcurrentHashMap<>();

    volatile List<UserTokenInfo> tokens = List.of();
    volatile Set<Integer> shielding = Set.of();

    final FakeMessages messages;

    FakeDbProxy() throws IOException {
        this(new FakeMessages());
    }

    FakeDbProxy(FakeMessages messages) throws IOException {
        this.messages = messages;
    }

    private static UserInfo user(int id, String nickName) {
        String name = nickName.toLowerCase(Locale.ROOT);
        return UserInfo.newBuilder()
                .setUserId(id)
                .setUserGender(1)
                .setUserNickName(nickName)
                .setAvatarUrl("")
                .setDepartmentId(1)
                .setEmail(name + "@x")
                .setUserRealName(name)
                .setUserTel("100")
                .setUserDomain(name)
                .setStatus(0)
                .setSignInfo("")
                .build();
    }

    /** As clients send it. */
    static String password(String userName) {
        try {
            byte[] plain = (userName + "pw").getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(plain));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** The next thing that is asked, in 10 s at most. */
    <M extends MessageLite> M nextAsked(Class<M> type) throws InterruptedException {
        MessageLite next = asked.poll(10, TimeUnit.SECONDS);
        if (!type.isInstance(next)) {
            throw new AssertionError("expected " + type.getSimpleName() + " but got " + next);
        }
        return type.cast(next);
    }

    @Override
    Router<Peer> router() {
        Router.Builder<Peer> router = Router.forRole("msg-server");
        DatabaseRequest.ALL.forEach(kind -> answer(kind, router));
        return router.on(Commands.OTHER_VALIDATE_REQ, this::onValidate)
                .on(Commands.MSG_READ_ACK, (peer, read, seq) -> asked.add(read))
                .on(Commands.MSG_DATA, this::onMessage)
                .on(Commands.OTHER_GET_DEVICE_TOKEN_REQ, this::onTokens)
                .on(Commands.OTHER_GET_SHIELD_REQ, this::onShields)
                .on(Commands.FILE_HAS_OFFLINE_REQ, this::onHasOffline)
                .on(Commands.FILE_ADD_OFFLINE_REQ, this::onAddOffline)
                .on(Commands.FILE_DEL_OFFLINE_REQ, this::onDelOffline)
                .build();
    }

    private boolean answers(Peer peer) {
        switch (mood) {
            case VANISHING -> peer.connection().close("the test wants it");
            case STOPPING ->
                peer.connection()
                        .send(
                                Commands.OTHER_STOP_RECV_PACKET,
                                IMStopReceivePacket.newBuilder().setResult(0).build());
            default -> {}
        }
        return mood != Mood.SILENT && mood != Mood.VANISHING;
    }

    private void onValidate(Peer peer, IMValidateReq request, int seq) {
        logins.add(request);
        if (!answers(peer)) {
            return;
        }
        UserInfo user = users.get(request.getUserName());
        boolean right = user != null && request.getPassword().equals(password(request.getUserName()));
        IMValidateRsp.Builder answer =
                IMValidateRsp.newBuilder().setUserName(request.getUserName()).setAttachData(request.getAttachData());
        if (mood == Mood.WITHOUT_DATABASE) {
            answer.setResultCode(3);
        } else if (right) {
            answer.setResultCode(0).setResultString("成功").setUserInfo(user);
        } else {
            answer.setResultCode(1).setResultString(WRONG_PASSWORD);
        }
        Runnable send = () -> peer.connection().send(Commands.OTHER_VALIDATE_RSP, seq, answer.build());
        if (mood == Mood.HOLDING) {
            hold(send);
        } else {
            send.run();
        }
    }

    private <Q extends Message, R extends Message> void answer(
            DatabaseRequest<Q, R> kind, Router.Builder<Peer> router) {
        router.on(kind.command(), (peer, request, seq) -> {
            asked.add(request);
            R answer = kind.answerType().cast(answers.get(kind.answer().commandId()));
            if (answers(peer) && answer != null) {
                Object token = request.getField(request.getDescriptorForType().findFieldByName("attach_data"));
                peer.connection().send(kind.answer(), seq, Samples.with(answer, "attach_data", token));
            }
        });
    }

    private void onTokens(Peer peer, IMGetDeviceTokenReq request, int seq) {
        IMGetDeviceTokenRsp.Builder answer = IMGetDeviceTokenRsp.newBuilder().setAttachData(request.getAttachData());
        tokens.stream()
                .filter(token -> request.getUserIdList().contains(token.getUserId()))
                .forEach(answer::addUserTokenInfo);
        peer.connection().send(Commands.OTHER_GET_DEVICE_TOKEN_RSP, seq, answer.build());
    }

    private void onShields(Peer peer, IMGroupGetShieldReq request, int seq) {
        IMGroupGetShieldRsp.Builder answer = IMGroupGetShieldRsp.newBuilder()
                .setGroupId(request.getGroupId())
                .setAttachData(request.getAttachData());
        for (int user : request.getUserIdList()) {
            answer.addShieldStatusList(ShieldStatus.newBuilder()
                    .setUserId(user)
                    .setGroupId(request.getGroupId())
                    .setShieldStatus(shielding.contains(user) ? 1 : 0));
        }
        peer.connection().send(Commands.OTHER_GET_SHIELD_RSP, seq, answer.build());
    }

    private void onMessage(Peer peer, IMMsgData request, int seq) {
        Runnable answer = () -> messages.store(request)
                .ifPresentOrElse(
                        stored -> peer.connection().send(Commands.MSG_DATA, seq, stored),
                        () -> peer.connection().close("the test wants it"));
        if (mood == Mood.HOLDING) {
            hold(answer);
        } else if (answers(peer)) {
            answer.run();
        } else {
            messages.asked.add(request);
        }
    }

    private void onHasOffline(Peer peer, IMFileHasOfflineReq request, int seq) {
        if (request.getTaskIdListList().contains("-")) {
            sayWhichKind(peer, request, seq);
            return;
        }
        asked.add(request);
        if (answers(peer)) {
            peer.connection()
                    .send(
                            Commands.FILE_HAS_OFFLINE_RES,
                            seq,
                            IMFileHasOfflineRsp.newBuilder()
                                    .setUserId(request.getUserId())
                                    .addAllOfflineFileList(waiting)
                                    .mergeFrom(fates)
                                    .setUserId(request.getUserId())
                                    .setAttachData(request.getAttachData())
                                    .build());
        }
    }

    private void sayWhichKind(Peer peer, IMFileHasOfflineReq request, int seq) {
        IMFileHasOfflineRsp.Builder answer =
                IMFileHasOfflineRsp.newBuilder().setUserId(0).setAttachData(request.getAttachData());
        if (mood != Mood.OF_OTHERS) {
            answer.addUnknownTaskIdList("-").setResultCode(0);
        }
        peer.connection().send(Commands.FILE_HAS_OFFLINE_RES, seq, answer.build());
    }

    private void onAddOffline(Peer peer, IMFileAddOfflineReq request, int seq) {
        asked.add(request);
        if (mood != Mood.OF_OTHERS && answers(peer)) {
            peer.connection()
                    .send(
                            Commands.FILE_ADD_OFFLINE_REQ,
                            seq,
                            request.toBuilder().setResultCode(recordResult).build());
        }
    }

    private void onDelOffline(Peer peer, IMFileDelOfflineReq request, int seq) {
        asked.add(request);
        if (mood != Mood.OF_OTHERS && answers(peer)) {
            peer.connection()
                    .send(
                            Commands.FILE_DEL_OFFLINE_REQ,
                            seq,
                            request.toBuilder().setResultCode(recordResult).build());
        }
    }
}
