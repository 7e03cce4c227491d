package im.client.cli;

import im.client.ConversationId;
import im.client.Group;
import im.client.ImClient;
import java.util.List;
import java.util.OptionalInt;

/** Finds the conversations that people name. */
final class Addressee {
    private final SessionOptions session;
    private final ImClient client;
    private final UserNames names;

    Addressee(SessionOptions session, ImClient client, UserNames names) {
        this.session = session;
        this.client = client;
        this.names = names;
    }

    /** @throws CommandFailure when there is no such user */
    ConversationId user(String nameOrId) {
        return ConversationId.ofUser(names.find(nameOrId)
                .orElseThrow(() -> new CommandFailure(ExitCodes.USAGE, "there is no user called " + nameOrId)));
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

    /** How to call a conversation. */
    String nameOf(ConversationId conversation) throws InterruptedException {
        if (!conversation.isGroup()) {
            return names.of(conversation.id());
        }
        List<Group> found = session.answer(client.groups().infos(List.of(conversation.id())));
        return found.isEmpty()
                ? conversation.toString()
                : "group " + found.get(0).name();
    }
}
