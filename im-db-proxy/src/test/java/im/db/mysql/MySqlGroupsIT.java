package im.db.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.db.domain.Conversation;
import im.db.domain.Group;
import im.db.domain.GroupId;
import im.db.domain.GroupKind;
import im.db.domain.GroupVersion;
import im.db.domain.Groups.Created;
import im.db.domain.MembersChanged;
import im.db.domain.NewGroup;
import im.db.domain.NewMessage;
import im.db.domain.Participant;
import im.db.domain.Refused;
import im.db.domain.Stored;
import im.db.domain.UserId;
import im.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MySqlGroupsIT {
    private static final int ALL = 100;
    private static final int MAX_MEMBERS = 4;
    private static final UserId NOBODY = new UserId(99);

    private final FakeClock clock = new FakeClock();
    private final GroupMembers members = new GroupMembers();
    private TestDatabase schema;
    private Database database;
    private MySqlGroups groups;
    private MySqlMessages messages;
    private MySqlConversations conversations;
    private UserId alice;
    private UserId bob;
    private UserId carol;
    private UserId dave;

    @BeforeEach
    void open() {
        schema = TestDatabase.fresh();
        database = Database.openNow(TestSettings.of(schema));
        groups = new MySqlGroups(database, members, MAX_MEMBERS, clock);
        messages = new MySqlMessages(database, members, clock);
        conversations = new MySqlConversations(database);
        alice = TestUsers.add(database, clock, "alice");
        bob = TestUsers.add(database, clock, "bob");
        carol = TestUsers.add(database, clock, "carol");
        dave = TestUsers.add(database, clock, "dave");
    }

    @AfterEach
    void close() {
        database.close();
        schema.close();
    }

    private GroupId create(GroupKind kind, UserId creator, UserId... others) throws Refused {
        return groups.create(new NewGroup(creator, kind, "grüße 😀", "http://a", Set.of(others), Optional.empty()))
                .id();
    }

    private Stored send(UserId from, GroupId group) throws Refused {
        return messages.store(
                new NewMessage(new Participant(from, Conversation.of(group)), 17, new byte[] {1}, Optional.empty()));
    }

    private long unread(UserId user) {
        return conversations.unread(user, ALL, ALL).stream()
                .mapToLong(summary -> summary.unread())
                .sum();
    }

    @Test
    void theCreatorIsAMemberAndWhoDoesNotExistIsLeftOut() throws Refused {
        Created created = groups.create(
                new NewGroup(alice, GroupKind.NORMAL, "grüße 😀", "http://a", Set.of(bob, NOBODY), Optional.empty()));
        assertThat(created).isEqualTo(new Created(new GroupId(1), List.of(alice, bob)));
        assertThat(groups.find(bob, List.of(created.id())))
                .containsExactly(new Group(
                        created.id(), 1, "grüße 😀", "http://a", alice, GroupKind.NORMAL, 0, List.of(alice, bob)));
        assertThat(send(bob, created.id()).members()).containsExactly(alice, bob);
        assertThat(unread(alice)).isOne();
        assertThat(unread(bob)).isZero();
    }

    @Test
    void refusesGroupsThatAreTooLargeOrNobodys() throws Refused {
        assertThatThrownBy(() -> create(GroupKind.NORMAL, NOBODY, alice)).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> create(GroupKind.NORMAL, alice, bob, carol, dave, NOBODY))
                .isInstanceOf(Refused.class);
        assertThat(groups.normalGroupsOf(alice, ALL)).isEmpty();
        assertThatThrownBy(() -> new NewGroup(alice, GroupKind.NORMAL, "", "", Set.of(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NewGroup(alice, GroupKind.NORMAL, "x".repeat(65), "", Set.of(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private NewGroup named(UserId creator, byte[] clientId, UserId... others) {
        return new NewGroup(creator, GroupKind.NORMAL, "cooks", "", Set.of(others), Optional.of(clientId));
    }

    @Test
    void whatIsAskedForAgainIsTheSameGroupAsItIsNow() throws Refused {
        Created first = groups.create(named(alice, new byte[8], bob));
        groups.add(alice, first.id(), Set.of(carol));
        assertThat(groups.create(named(alice, new byte[8], bob)))
                .isEqualTo(new Created(first.id(), List.of(alice, bob, carol)));
        assertThat(groups.normalGroupsOf(bob, ALL)).hasSize(1);

        assertThat(groups.create(named(alice, new byte[9], bob)).id()).isNotEqualTo(first.id());
        assertThat(groups.create(named(bob, new byte[8], alice)).id()).isNotEqualTo(first.id());
        assertThatThrownBy(() -> named(alice, new byte[7])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> named(alice, new byte[33])).isInstanceOf(IllegalArgumentException.class);
    }

    /** Its id may become that of another. */
    @Test
    void whoIsInAGroupThatWasNotMadeIsNotRemembered() {
        assertThatThrownBy(() -> create(GroupKind.NORMAL, NOBODY, alice)).isInstanceOf(Refused.class);
        assertThat(members.remembered(Conversation.of(new GroupId(1)), 1)).isEmpty();
    }

    @Test
    void whatWasRefusedMayBeAskedForAgain() throws Refused {
        assertThatThrownBy(() -> groups.create(named(NOBODY, new byte[8]))).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> groups.create(named(NOBODY, new byte[8]))).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> groups.create(named(alice, new byte[8], bob, carol, dave, NOBODY)))
                .isInstanceOf(Refused.class);
        assertThat(groups.create(named(alice, new byte[8], bob)).members()).containsExactly(alice, bob);
    }

    @Test
    void whatIsAskedForTwiceAtATimeIsOneGroup() throws Exception {
        ExecutorService both = Executors.newFixedThreadPool(2);
        try {
            for (byte i = 0; i < 10; i++) {
                NewGroup group = named(alice, new byte[] {i, 0, 0, 0, 0, 0, 0, 0}, bob);
                Future<Created> one = both.submit(() -> groups.create(group));
                Future<Created> other = both.submit(() -> groups.create(group));
                assertThat(one.get()).isEqualTo(other.get());
            }
        } finally {
            both.shutdownNow();
        }
    }

    @Test
    void listsTheNormalGroupsOfTheirMembers() throws Refused {
        GroupId first = create(GroupKind.NORMAL, alice, bob);
        create(GroupKind.TEMPORARY, alice, bob);
        GroupId second = create(GroupKind.NORMAL, bob);
        groups.add(alice, first, Set.of(carol));
        assertThat(groups.normalGroupsOf(bob, ALL))
                .containsExactly(new GroupVersion(first, 2), new GroupVersion(second, 1));
        assertThat(groups.normalGroupsOf(alice, ALL)).containsExactly(new GroupVersion(first, 2));
        assertThat(groups.normalGroupsOf(dave, ALL)).isEmpty();
    }

    @Test
    void tellsStrangersNothing() throws Refused {
        GroupId group = create(GroupKind.NORMAL, alice, bob);
        assertThat(groups.find(carol, List.of(group))).isEmpty();
        assertThat(groups.find(alice, List.of())).isEmpty();
        assertThat(groups.find(alice, List.of(new GroupId(77)))).isEmpty();
    }

    @Test
    void onlyTheCreatorOfANormalGroupChangesOthers() throws Refused {
        GroupId group = create(GroupKind.NORMAL, alice, bob);
        assertThatThrownBy(() -> groups.add(bob, group, Set.of(carol))).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> groups.add(carol, group, Set.of(carol))).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> groups.remove(bob, group, Set.of(alice))).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> groups.remove(bob, group, Set.of(alice, bob))).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> groups.remove(carol, group, Set.of(carol))).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> groups.add(alice, new GroupId(77), Set.of(carol)))
                .isInstanceOf(Refused.class);
        assertThat(groups.add(alice, group, Set.of(carol)))
                .isEqualTo(new MembersChanged(List.of(alice, bob, carol), List.of(carol)));
        assertThat(groups.remove(alice, group, Set.of(carol, dave)))
                .isEqualTo(new MembersChanged(List.of(alice, bob), List.of(carol)));
        assertThat(groups.remove(bob, group, Set.of(bob))).isEqualTo(new MembersChanged(List.of(alice), List.of(bob)));
    }

    @Test
    void everyMemberOfATemporaryGroupAddsOthers() throws Refused {
        GroupId group = create(GroupKind.TEMPORARY, alice, bob);
        assertThat(groups.add(bob, group, Set.of(carol)).changed()).containsExactly(carol);
        assertThatThrownBy(() -> groups.remove(bob, group, Set.of(carol))).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> groups.add(dave, group, Set.of(dave))).isInstanceOf(Refused.class);
        assertThat(groups.remove(alice, group, Set.of(carol)).changed()).containsExactly(carol);
    }

    @Test
    void saysWhoReallyCameOrWent() throws Refused {
        GroupId group = create(GroupKind.NORMAL, alice, bob);
        assertThat(groups.add(alice, group, Set.of(bob, carol, NOBODY)).changed())
                .containsExactly(carol);
        assertThat(groups.normalGroupsOf(alice, ALL)).containsExactly(new GroupVersion(group, 2));
        assertThat(groups.add(alice, group, Set.of(bob)).changed()).isEmpty();
        assertThat(groups.add(alice, group, Set.of()).changed()).isEmpty();
        assertThat(groups.remove(alice, group, Set.of(dave)).changed()).isEmpty();
        assertThat(groups.normalGroupsOf(alice, ALL)).containsExactly(new GroupVersion(group, 2));
    }

    @Test
    void refusesMoreMembersThanAGroupMayHave() throws Refused {
        UserId erin = TestUsers.add(database, clock, "erin");
        GroupId group = create(GroupKind.NORMAL, alice, bob, carol);
        assertThatThrownBy(() -> groups.add(alice, group, Set.of(dave, erin))).isInstanceOf(Refused.class);
        assertThat(groups.add(alice, group, Set.of(dave)).current()).containsExactly(alice, bob, carol, dave);
    }

    @Test
    void whoLeavesHearsNothingMoreAndWhoComesBackBeginsAnew() throws Refused {
        GroupId group = create(GroupKind.NORMAL, alice, bob);
        groups.shield(bob, group, 1);
        send(alice, group);
        groups.remove(alice, group, Set.of(bob));
        assertThat(send(alice, group).members()).containsExactly(alice);
        assertThatThrownBy(() -> send(bob, group)).isInstanceOf(Refused.class);
        assertThat(unread(bob)).isZero();
        assertThat(conversations.recent(bob, clock.instant(), ALL, ALL)).isEmpty();
        assertThat(groups.find(bob, List.of(group)))
                .singleElement()
                .extracting(Group::members, Group::version)
                .containsExactly(List.of(), 2L);
        assertThat(groups.shield(bob, group, 0)).isFalse();

        groups.add(alice, group, Set.of(bob));
        assertThat(unread(bob)).isZero();
        assertThat(send(alice, group).members()).containsExactly(alice, bob);
        assertThat(unread(bob)).isOne();
        assertThat(groups.shields(group, List.of(bob))).isEqualTo(Map.of(bob, 0));
        assertThat(messages.downFrom(ALL, new Participant(bob, Conversation.of(group)), ALL, ALL))
                .hasSize(3);
    }

    @Test
    void everyMemberSilencesAGroupForHimself() throws Refused {
        GroupId group = create(GroupKind.NORMAL, alice, bob);
        assertThat(groups.shield(bob, group, 1)).isTrue();
        assertThat(groups.shield(bob, group, 1)).isTrue();
        assertThat(groups.shield(carol, group, 1)).isFalse();
        assertThat(groups.shields(group, List.of(alice, bob, carol))).isEqualTo(Map.of(alice, 0, bob, 1));
        assertThat(groups.shields(group, List.of())).isEmpty();
        assertThat(groups.find(bob, List.of(group)).get(0).shield()).isOne();
        assertThat(groups.find(alice, List.of(group)).get(0).shield()).isZero();
    }

    @Test
    void everyMessageIsEitherBeforeAChangeOfMembersOrAfterIt() throws Exception {
        GroupId group = create(GroupKind.NORMAL, alice, bob);
        List<Stored> stored = Collections.synchronizedList(new ArrayList<>());
        ExecutorService sender = Executors.newSingleThreadExecutor();
        try (Database other = Database.openNow(TestSettings.of(schema))) {
            MySqlGroups elsewhere = new MySqlGroups(other, new GroupMembers(), MAX_MEMBERS, clock);
            Future<?> sending = sender.submit(() -> {
                for (int i = 0; i < 100; i++) {
                    stored.add(send(bob, group));
                }
                return null;
            });
            int changes = 0;
            while (!sending.isDone()) {
                if (changes++ % 2 == 0) {
                    elsewhere.add(alice, group, Set.of(carol));
                } else {
                    elsewhere.remove(alice, group, Set.of(carol));
                }
            }
            sending.get();
        } finally {
            sender.shutdownNow();
        }
        assertThat(stored).extracting(Stored::id).doesNotHaveDuplicates().hasSize(100);
        assertThat(stored)
                .extracting(Stored::members)
                .allMatch(inIt -> inIt.equals(List.of(alice, bob)) || inIt.equals(List.of(alice, bob, carol)));
    }
}
