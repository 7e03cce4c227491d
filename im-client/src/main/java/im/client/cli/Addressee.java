package im.client.cli;

import im.client.ConversationId;
import im.client.Group;
import im.client.ImClient;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/** Finds the conversations that people name, and names them. Any thread may use it. */
final class Addressee {
    private final SessionOptions session;
    private final ImClient client;
    private final UserNames names;
    private final Map<ConversationId, String> groupNames = new ConcurrentHashMap<>();

    Addressee(SessionOptions session, ImClient client, UserNames names) {
        this.session = session;
        this.client = client;
        this.names = names;
    }

    /** @throws CommandFailure when there is no such user */
    ConversationId user(String nameOrId) {
        return ConversationId.ofUser(names.find(nameOrId).orElseThrow(() -> isNobody(nameOrId)));
    }

    private CommandFailure isNobody(String nameOrId) {
        return names.areKnown()
                ? new CommandFailure(ExitCodes.USAGE, "there is no user called " + nameOrId)
                : new CommandFailure(
                        ExitCodes.UNREACHABLE,
                        "the server does not say who " + nameOrId + " is; try again, or give the numeric id");
    }

    /** @throws CommandFailure when the user is in no such group, or in several */
    Group group(String nameOrId) throws InterruptedException {
        List<Group> all = session.answer(client.groups().all());
        List<Group> found =
                all.stream().filter(group -> group.name().equals(nameOrId)).toList();
        if (found.isEmpty()) {
            found = all.stream()
                    .filter(group -> Integer.toUnsignedString(group.id()).equals(nameOrId))
                    .toList();
        }
        if (found.isEmpty()) {
            throw new CommandFailure(
                    ExitCodes.USAGE,
                    session.userName() + " is in no group called " + nameOrId + " ('im groups' lists them)");
        }
        if (found.size() > 1) {
            throw new CommandFailure(
                    ExitCodes.USAGE,
                    found.size() + " groups are called " + nameOrId + "; name one by its id ('im groups' lists them)");
        }
        return found.get(0);
    }

    /** From whom a file is, and where he has sent it. */
    String senderOf(int user, OptionalInt group) throws InterruptedException {
        return group.isEmpty()
                ? names.of(user)
                : names.of(user) + " in " + nameOf(ConversationId.ofGroup(group.getAsInt()));
    }

    /** How to call a conversation: by its id where the server does not say more. */
    String nameOf(ConversationId conversation) throws InterruptedException {
        if (!conversation.isGroup()) {
            return names.of(conversation.id());
        }
        String known = groupNames.get(conversation);
        if (known != null) {
            return known;
        }
        try {
            List<Group> found =
                    client.groups().infos(List.of(conversation.id())).get();
            if (!found.isEmpty()) {
                groupNames.put(conversation, "group " + found.get(0).name());
            }
        } catch (ExecutionException e) {
            // Asked again next time.
        }
        return groupNames.getOrDefault(conversation, conversation.toString());
    }
}
