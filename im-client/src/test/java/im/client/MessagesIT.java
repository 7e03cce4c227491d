package im.client;

import static im.client.ScriptedBackend.ALICE;
import static im.client.ScriptedBackend.BOB;
import static im.client.ScriptedBackend.await;
import static im.client.ScriptedMessages.LATER;
import static im.client.ScriptedMessages.answerPage;
import static im.client.ScriptedMessages.push;
import static im.client.ScriptedMessages.recent;
import static im.client.ScriptedMessages.store;
import static im.client.ScriptedMessages.stored;
import static im.client.ScriptedMessages.tellWhatIsNew;
import static im.client.ScriptedMessages.unread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import im.client.Conversation.Received;
import im.proto.Commands;
import im.proto.base.MsgType;
import im.proto.base.SessionType;
import im.proto.buddy.IMRemoveSessionNotify;
import im.proto.buddy.IMRemoveSessionReq;
import im.proto.buddy.IMRemoveSessionRsp;
import im.proto.message.IMGetLatestMsgIdReq;
import im.proto.message.IMGetLatestMsgIdRsp;
import im.proto.message.IMGetMsgByIdReq;
import im.proto.message.IMGetMsgByIdRsp;
import im.proto.message.IMGetMsgListReq;
import im.proto.message.IMMsgData;
import im.proto.message.IMMsgDataAck;
import im.proto.message.IMMsgDataReadAck;
import im.proto.message.IMMsgDataReadNotify;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessagesIT {
    private static final ConversationId WITH_BOB = ConversationId.ofUser(BOB);
    private static final int GROUP = 7;
    private static final ConversationId IN_GROUP = ConversationId.ofGroup(GROUP);

    private final RecordedMessages received = new RecordedMessages();

    private static ScriptedBackend start() throws Exception {
        return ScriptedBackend.startOurs(options -> options);
    }

    private static void reconnect(ScriptedBackend backend) throws Exception {
        backend.msg.close();
        assertThat(backend.events.next()).isEqualTo(ConnectionState.RECONNECTING);
        backend.msg = ScriptedBackend.acceptLogin(backend.msgServer, ScriptedBackend.ourWelcome());
        assertThat(backend.events.next()).isEqualTo(ConnectionState.CONNECTED);
    }

    private static void pushFromBob(Conversation msg, int id) throws IOException {
        push(msg, MsgType.MSG_TYPE_SINGLE_TEXT, BOB, ALICE, id);
    }

    private static void expectAck(Conversation msg, int id) throws IOException {
        assertThat(msg.expect(Commands.MSG_DATA_ACK))
                .isEqualTo(IMMsgDataAck.newBuilder()
                        .setUserId(ALICE)
                        .setSessionId(BOB)
                        .setMsgId(id)
                        .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                        .build());
    }

    /** As of a user whose conversation with bob has ten messages, of which two are unread. */
    private void listen(ScriptedBackend backend) throws Exception {
        CompletableFuture<Void> listening = backend.client.messages().listen(received);
        tellWhatIsNew(backend.msg, List.of(recent(WITH_BOB, 10)), List.of(unread(WITH_BOB, 10, 2)));
        await(listening);
    }

    /** Answers the next request for messages by id with those from {@code first} to {@code last}. */
    private static IMGetMsgByIdReq answerById(Conversation msg, int first, int last) throws IOException {
        Received<IMGetMsgByIdReq> asked = msg.expectPdu(Commands.MSG_GET_BY_MSG_ID_REQ);
        msg.send(
                Commands.MSG_GET_BY_MSG_ID_RES,
                asked.seq(),
                IMGetMsgByIdRsp.newBuilder()
                        .setUserId(ALICE)
                        .setSessionType(asked.message().getSessionType())
                        .setSessionId(asked.message().getSessionId())
                        .addAllMsgList(IntStream.rangeClosed(first, last)
                                .mapToObj(id -> stored(id, BOB, LATER))
                                .toList())
                        .build());
        return asked.message();
    }

    // Sending

    @Test
    void aTextIsSentEncryptedAndGetsItsId() throws Exception {
        try (ScriptedBackend backend = start()) {
            CompletableFuture<Long> stored = backend.client.messages().sendText(WITH_BOB, "hello 你好");
            Received<IMMsgData> sent = backend.msg.expectPdu(Commands.MSG_DATA);
            assertThat(sent.seq()).isNotZero();
            assertThat(sent.message().getFromUserId()).isEqualTo(ALICE);
            assertThat(sent.message().getToSessionId()).isEqualTo(BOB);
            assertThat(sent.message().getMsgId()).isZero();
            assertThat(sent.message().getMsgType()).isEqualTo(MsgType.MSG_TYPE_SINGLE_TEXT);
            assertThat(sent.message().getMsgData().toStringUtf8()).isEqualTo("t5ify+ybA+7JaN5pD298Jg==");
            assertThat(sent.message().getClientMsgId().size()).isEqualTo(16);
            store(backend.msg, sent, -1);
            assertThat(await(stored)).isEqualTo(4_294_967_295L);
        }
    }

    @Test
    void groupsAndAudioHaveTypesOfTheirOwn() throws Exception {
        try (ScriptedBackend backend = start()) {
            backend.client.messages().send(IN_GROUP, Message.Kind.AUDIO, ByteString.copyFromUtf8("hum"));
            IMMsgData audio = backend.msg.expect(Commands.MSG_DATA);
            assertThat(audio.getMsgType()).isEqualTo(MsgType.MSG_TYPE_GROUP_AUDIO);
            assertThat(audio.getToSessionId()).isEqualTo(GROUP);
            assertThat(audio.getMsgData().toStringUtf8()).isEqualTo("hum");
            backend.client.messages().send(WITH_BOB, Message.Kind.AUDIO, ByteString.EMPTY);
            assertThat(backend.msg.expect(Commands.MSG_DATA).getMsgType()).isEqualTo(MsgType.MSG_TYPE_SINGLE_AUDIO);
        }
    }

    @Test
    void aMessageWhoseAnswerWasLostIsSentAgainUnderTheSameName() throws Exception {
        try (ScriptedBackend backend = start()) {
            CompletableFuture<Long> stored = backend.client.messages().sendText(WITH_BOB, "once");
            IMMsgData first = backend.msg.expect(Commands.MSG_DATA);
            reconnect(backend);
            Received<IMMsgData> again = backend.msg.expectPdu(Commands.MSG_DATA);
            assertThat(again.message().getClientMsgId()).isEqualTo(first.getClientMsgId());
            assertThat(again.message().getMsgData()).isEqualTo(first.getMsgData());
            assertThat(stored).isNotDone();
            store(backend.msg, again, 11);
            assertThat(await(stored)).isEqualTo(11);
        }
    }

    @Test
    void aMessageThatIsNotAnsweredIsSentAgain() throws Exception {
        try (ScriptedBackend backend = start()) {
            CompletableFuture<Long> stored = backend.client.messages().sendText(WITH_BOB, "once");
            IMMsgData first = backend.msg.expect(Commands.MSG_DATA);
            Received<IMMsgData> again = backend.msg.expectPdu(Commands.MSG_DATA);
            assertThat(again.message().getClientMsgId()).isEqualTo(first.getClientMsgId());
            store(backend.msg, again, 11);
            assertThat(await(stored)).isEqualTo(11);
        }
    }

    @Test
    void messagesToOneConversationGoOneAfterTheOther() throws Exception {
        try (ScriptedBackend backend = start()) {
            CompletableFuture<Long> one = backend.client.messages().sendText(WITH_BOB, "one");
            CompletableFuture<Long> two = backend.client.messages().sendText(WITH_BOB, "two");
            CompletableFuture<Long> other = backend.client.messages().sendText(IN_GROUP, "other");
            Received<IMMsgData> first = backend.msg.expectPdu(Commands.MSG_DATA);
            Received<IMMsgData> second = backend.msg.expectPdu(Commands.MSG_DATA);
            assertThat(second.message().getToSessionId()).isEqualTo(GROUP);
            store(backend.msg, second, 1);
            assertThat(await(other)).isEqualTo(1);
            store(backend.msg, first, 11);
            assertThat(await(one)).isEqualTo(11);
            Received<IMMsgData> third = backend.msg.expectPdu(Commands.MSG_DATA);
            assertThat(third.message().getMsgData()).isEqualTo(MessageCipher.encrypt("two"));
            assertThat(third.message().getClientMsgId())
                    .isNotEqualTo(first.message().getClientMsgId());
            store(backend.msg, third, 12);
            assertThat(await(two)).isEqualTo(12);
        }
    }

    @Test
    void aMessageThatIsNotStoredInTimeFailsAndTheNextOneGoes() throws Exception {
        try (ScriptedBackend backend =
                ScriptedBackend.startOurs(options -> options.withMessageTimeout(Duration.ofMillis(500)))) {
            CompletableFuture<Long> refused = backend.client.messages().sendText(WITH_BOB, "refused");
            backend.msg.expect(Commands.MSG_DATA);
            assertThatThrownBy(() -> await(refused))
                    .hasCauseInstanceOf(MessageException.class)
                    .hasMessageContaining("it may have been refused");
            CompletableFuture<Long> stored = backend.client.messages().sendText(WITH_BOB, "good");
            store(backend.msg, backend.msg.expectPdu(Commands.MSG_DATA), 11);
            assertThat(await(stored)).isEqualTo(11);
        }
    }

    @Test
    void whatIsTooLongIsNotSent() throws Exception {
        try (ScriptedBackend backend = start()) {
            assertThatThrownBy(() -> await(backend.client.messages().sendText(WITH_BOB, "x".repeat(50_000))))
                    .hasCauseInstanceOf(MessageException.class)
                    .hasMessageContaining("too long");
            CompletableFuture<Long> stored = backend.client
                    .messages()
                    .send(WITH_BOB, Message.Kind.TEXT, ByteString.copyFrom(new byte[Messages.MAX_DATA]));
            store(backend.msg, backend.msg.expectPdu(Commands.MSG_DATA), 1);
            await(stored);
        }
    }

    @Test
    void aServerOfOthersGetsAMessageOnlyOnce() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start()) {
            CompletableFuture<Long> lost = backend.client.messages().sendText(WITH_BOB, "perhaps");
            backend.msg.expect(Commands.MSG_DATA);
            backend.msg.close();
            assertThatThrownBy(() -> await(lost)).hasMessageContaining("it may be stored all the same");
            backend.msg = ScriptedBackend.acceptLogin(backend.msgServer);
            CompletableFuture<Long> next = backend.client.messages().sendText(WITH_BOB, "next");
            Received<IMMsgData> sent = backend.msg.expectPdu(Commands.MSG_DATA);
            assertThat(sent.message().getMsgData()).isEqualTo(MessageCipher.encrypt("next"));
            store(backend.msg, sent, 2);
            await(next);
        }
    }

    @Test
    void closingFailsWhatIsNotStored() throws Exception {
        ScriptedBackend backend = start();
        CompletableFuture<Long> unanswered = backend.client.messages().sendText(WITH_BOB, "unanswered");
        backend.msg.expect(Commands.MSG_DATA);
        backend.close();
        assertThatThrownBy(() -> await(unanswered)).hasCauseInstanceOf(MessageException.class);
        assertThatThrownBy(() -> await(backend.client.messages().sendText(WITH_BOB, "late")))
                .hasCauseInstanceOf(IOException.class);
    }

    // Listening

    @Test
    void messagesAreConfirmedAndGivenToTheListener() throws Exception {
        try (ScriptedBackend backend = start()) {
            listen(backend);
            pushFromBob(backend.msg, 11);
            expectAck(backend.msg, 11);
            Message message = received.next(WITH_BOB, 11);
            assertThat(message.text()).isEqualTo("message 11");
            assertThat(message.fromUserId()).isEqualTo(BOB);
            assertThat(message.createdAt()).isEqualTo(Instant.ofEpochSecond(LATER));
            push(backend.msg, MsgType.MSG_TYPE_SINGLE_AUDIO, ALICE, BOB, 12);
            expectAck(backend.msg, 12);
            assertThat(received.next(WITH_BOB, 12).kind()).isEqualTo(Message.Kind.AUDIO);
            push(backend.msg, MsgType.MSG_TYPE_GROUP_TEXT, BOB, GROUP, 1);
            assertThat(backend.msg.expect(Commands.MSG_DATA_ACK).getSessionType())
                    .isEqualTo(SessionType.SESSION_TYPE_GROUP);
        }
    }

    @Test
    void nobodyListensNothingIsConfirmed() throws Exception {
        try (ScriptedBackend backend = start()) {
            pushFromBob(backend.msg, 11);
            CompletableFuture<List<User>> users = backend.client.users();
            ScriptedBackend.answerUsers(backend.msg);
            await(users);
        }
    }

    @Test
    void aRepeatedMessageIsConfirmedAgainButShownOnce() throws Exception {
        try (ScriptedBackend backend = start()) {
            listen(backend);
            for (int id : List.of(11, 11, 5, 12)) {
                pushFromBob(backend.msg, id);
                expectAck(backend.msg, id);
            }
            received.next(WITH_BOB, 11);
            received.next(WITH_BOB, 12);
        }
    }

    @Test
    void ownMessagesTakeTheirPlaceInLine() throws Exception {
        try (ScriptedBackend backend = start()) {
            listen(backend);
            CompletableFuture<Long> stored = backend.client.messages().sendText(WITH_BOB, "mine");
            Received<IMMsgData> sent = backend.msg.expectPdu(Commands.MSG_DATA);
            // Bob's answer is faster than the word that alice's message is stored.
            pushFromBob(backend.msg, 12);
            store(backend.msg, sent, 11);
            assertThat(received.next(WITH_BOB, 11).text()).isEqualTo("mine");
            received.next(WITH_BOB, 12);
            assertThat(await(stored)).isEqualTo(11);
        }
    }

    @Test
    void whatIsMissingIsFetchedBeforeWhatCameAfterIt() throws Exception {
        try (ScriptedBackend backend = start()) {
            listen(backend);
            pushFromBob(backend.msg, 14);
            expectAck(backend.msg, 14);
            assertThat(answerById(backend.msg, 11, 13).getMsgIdListList()).containsExactly(11, 12, 13);
            for (int id = 11; id <= 14; id++) {
                received.next(WITH_BOB, id);
            }
        }
    }

    @Test
    void whatDoesNotExistIsNotWaitedFor() throws Exception {
        try (ScriptedBackend backend = start()) {
            listen(backend);
            pushFromBob(backend.msg, 14);
            expectAck(backend.msg, 14);
            // Cut after 12, as if 11 were not for alice, and then there is nothing more.
            answerById(backend.msg, 12, 12);
            assertThat(answerById(backend.msg, 0, -1).getMsgIdListList()).containsExactly(13);
            received.next(WITH_BOB, 12);
            received.next(WITH_BOB, 14);
        }
    }

    @Test
    void whatWasMissedWhileAwayIsFetchedAfterTheNextLogin() throws Exception {
        try (ScriptedBackend backend = start()) {
            listen(backend);
            pushFromBob(backend.msg, 11);
            expectAck(backend.msg, 11);
            received.next(WITH_BOB, 11);
            reconnect(backend);
            tellWhatIsNew(backend.msg, List.of(recent(WITH_BOB, 13)), List.of(unread(WITH_BOB, 13, 5)));
            // It comes twice, pushed and fetched.
            pushFromBob(backend.msg, 13);
            answerById(backend.msg, 12, 13);
            received.next(WITH_BOB, 12);
            received.next(WITH_BOB, 13);
            expectAck(backend.msg, 13);
            pushFromBob(backend.msg, 14);
            received.next(WITH_BOB, 14);
            assertThat(received.isEmpty()).isTrue();
        }
    }

    @Test
    void aLongAbsenceIsFetchedInParts() throws Exception {
        try (ScriptedBackend backend = start()) {
            listen(backend);
            reconnect(backend);
            tellWhatIsNew(backend.msg, List.of(recent(WITH_BOB, 160)), List.of());
            assertThat(answerById(backend.msg, 11, 40).getMsgIdListCount()).isEqualTo(100);
            assertThat(answerById(backend.msg, 41, 140).getMsgIdList(0)).isEqualTo(41);
            assertThat(answerById(backend.msg, 141, 160).getMsgIdListCount()).isEqualTo(20);
            for (int id = 11; id <= 160; id++) {
                received.next(WITH_BOB, id);
            }
        }
    }

    @Test
    void aConversationThatIsNewAfterAnAbsenceIsFetchedFromWhereItBecameNew() throws Exception {
        try (ScriptedBackend backend = start()) {
            listen(backend);
            reconnect(backend);
            tellWhatIsNew(backend.msg, List.of(recent(IN_GROUP, 5)), List.of(unread(IN_GROUP, 5, 2)));
            // 2 is unread though it is old, 3 was sent by alice with another client, 1 is what was there before.
            IMGetMsgListReq asked = answerPage(
                    backend.msg,
                    List.of(
                            stored(5, BOB, LATER),
                            stored(4, ALICE, LATER),
                            stored(3, ALICE, 0),
                            stored(2, BOB, 0),
                            stored(1, BOB, 0)));
            assertThat(asked.getMsgIdBegin()).isEqualTo(5);
            assertThat(asked.getSessionType()).isEqualTo(SessionType.SESSION_TYPE_GROUP);
            answerById(backend.msg, 2, 5);
            for (int id = 2; id <= 5; id++) {
                received.next(IN_GROUP, id);
            }
        }
    }

    @Test
    void asksAgainWhatWasMissedWhenTheAnswerDoesNotCome() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.startOurs(
                options -> options.withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(300)))) {
            CompletableFuture<Void> listening = backend.client.messages().listen(received);
            backend.msg.expect(Commands.BUDDY_LIST_RECENT_CONTACT_SESSION_REQUEST);
            backend.msg.expect(Commands.MSG_UNREAD_CNT_REQUEST);
            pushFromBob(backend.msg, 11);
            expectAck(backend.msg, 11);
            tellWhatIsNew(backend.msg, List.of(recent(WITH_BOB, 11)), List.of());
            await(listening);
            received.next(WITH_BOB, 11);
        }
    }

    @Test
    void otherClientsOfTheUserAreHeardOf() throws Exception {
        try (ScriptedBackend backend = start()) {
            listen(backend);
            backend.msg.send(
                    Commands.MSG_READ_NOTIFY,
                    0,
                    IMMsgDataReadNotify.newBuilder()
                            .setUserId(ALICE)
                            .setSessionId(BOB)
                            .setMsgId(10)
                            .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                            .build());
            backend.msg.send(
                    Commands.BUDDY_LIST_REMOVE_SESSION_NOTIFY,
                    0,
                    IMRemoveSessionNotify.newBuilder()
                            .setUserId(ALICE)
                            .setSessionId(GROUP)
                            .setSessionType(SessionType.SESSION_TYPE_GROUP)
                            .build());
            assertThat(received.next()).isEqualTo(new RecordedMessages.Read(WITH_BOB, 10));
            assertThat(received.next()).isEqualTo(new RecordedMessages.Removed(IN_GROUP));
        }
    }

    @Test
    void onlyOneListens() throws Exception {
        try (ScriptedBackend backend = start()) {
            listen(backend);
            assertThatThrownBy(() -> await(backend.client.messages().listen(new RecordedMessages())))
                    .hasCauseInstanceOf(IllegalStateException.class);
        }
    }

    // Reading

    @Test
    void theHistoryComesInPages() throws Exception {
        try (ScriptedBackend backend = start()) {
            CompletableFuture<List<Message>> page = backend.client.messages().history(WITH_BOB, 9, 3);
            IMGetMsgListReq asked = answerPage(backend.msg, List.of(stored(9, ALICE, LATER), stored(8, BOB, LATER)));
            assertThat(asked.getMsgCnt()).isEqualTo(3);
            assertThat(asked.getMsgIdBegin()).isEqualTo(9);
            assertThat(await(page)).extracting(Message::id).containsExactly(9L, 8L);
            assertThat(await(page)).extracting(Message::fromUserId).containsExactly(ALICE, BOB);
            assertThat(await(page)).extracting(Message::text).containsExactly("message 9", "message 8");
        }
    }

    @Test
    void messagesAreFoundByTheirIds() throws Exception {
        try (ScriptedBackend backend = start()) {
            CompletableFuture<List<Message>> found = backend.client.messages().byId(WITH_BOB, List.of(4L, 5L));
            assertThat(answerById(backend.msg, 4, 5).getMsgIdListList()).containsExactly(4, 5);
            assertThat(await(found)).extracting(Message::id).containsExactly(4L, 5L);

            CompletableFuture<Long> latest = backend.client.messages().latestId(WITH_BOB);
            Received<IMGetLatestMsgIdReq> asked = backend.msg.expectPdu(Commands.MSG_GET_LATEST_MSG_ID_REQ);
            backend.msg.send(
                    Commands.MSG_GET_LATEST_MSG_ID_RSP,
                    asked.seq(),
                    IMGetLatestMsgIdRsp.newBuilder()
                            .setUserId(ALICE)
                            .setSessionType(asked.message().getSessionType())
                            .setSessionId(asked.message().getSessionId())
                            .setLatestMsgId(5)
                            .build());
            assertThat(await(latest)).isEqualTo(5);
        }
    }

    @Test
    void conversationsAreListedReadAndRemoved() throws Exception {
        try (ScriptedBackend backend = start()) {
            CompletableFuture<List<RecentConversation>> recent =
                    backend.client.messages().recent(Instant.ofEpochSecond(4));
            CompletableFuture<List<UnreadConversation>> unread =
                    backend.client.messages().unread();
            tellWhatIsNew(backend.msg, List.of(recent(IN_GROUP, 5)), List.of(unread(WITH_BOB, 10, 2)));
            assertThat(await(recent)).singleElement().satisfies(one -> {
                assertThat(one.id()).isEqualTo(IN_GROUP);
                assertThat(one.latest().id()).isEqualTo(5);
                assertThat(one.latest().text()).isEqualTo("latest");
                assertThat(one.updatedAt()).isEqualTo(Instant.ofEpochSecond(LATER));
            });
            assertThat(await(unread)).containsExactly(new UnreadConversation(WITH_BOB, 2, 10));

            await(backend.client.messages().markRead(WITH_BOB, 10));
            assertThat(backend.msg.expect(Commands.MSG_READ_ACK))
                    .isEqualTo(IMMsgDataReadAck.newBuilder()
                            .setUserId(ALICE)
                            .setSessionId(BOB)
                            .setMsgId(10)
                            .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                            .build());

            for (int result : List.of(0, 1)) {
                CompletableFuture<Void> removed = backend.client.messages().remove(WITH_BOB);
                Received<IMRemoveSessionReq> asked = backend.msg.expectPdu(Commands.BUDDY_LIST_REMOVE_SESSION_REQ);
                backend.msg.send(
                        Commands.BUDDY_LIST_REMOVE_SESSION_RES,
                        asked.seq(),
                        IMRemoveSessionRsp.newBuilder()
                                .setUserId(ALICE)
                                .setResultCode(result)
                                .setSessionType(asked.message().getSessionType())
                                .setSessionId(asked.message().getSessionId())
                                .build());
                if (result == 0) {
                    await(removed);
                } else {
                    assertThatThrownBy(() -> await(removed)).hasCauseInstanceOf(RequestRefusedException.class);
                }
            }
        }
    }
}
