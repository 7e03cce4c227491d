package im.client.cli;

import im.client.ConversationId;
import picocli.CommandLine.Option;

/** Which conversation a command is about: with a user, or of a group. */
final class With {
    @Option(
            names = {"--with", "--to"},
            paramLabel = "USER",
            required = true,
            description = "login name or numeric id of the other user")
    private String user;

    @Option(names = "--group", paramLabel = "GROUP", required = true, description = "name or numeric id of a group")
    private String group;

    ConversationId conversation(Addressee addressee) throws InterruptedException {
        return user != null
                ? addressee.user(user)
                : ConversationId.ofGroup(addressee.group(group).id());
    }
}
