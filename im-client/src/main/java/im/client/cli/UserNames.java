package im.client.cli;

import im.client.ImClient;
import im.client.User;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Login names and ids of the users that the server tells about. Immutable. */
final class UserNames {
    private final List<User> users;
    private final boolean known;

    UserNames(List<User> users) {
        this(users, true);
    }

    private UserNames(List<User> users, boolean known) {
        this.users = users;
        this.known = known;
    }

    /** A server that does not tell leaves it at ids. */
    static UserNames of(ImClient client) throws InterruptedException {
        try {
            return new UserNames(client.users().get());
        } catch (ExecutionException e) {
            return new UserNames(List.of(), false);
        }
    }

    /** False when the server has not told. */
    boolean areKnown() {
        return known;
    }

    /** The id of the user with this login name, else the id that it is. */
    Optional<Integer> find(String nameOrId) {
        Optional<Integer> named = users.stream()
                .filter(user -> user.loginName().equals(nameOrId))
                .map(User::id)
                .findFirst();
        return named.isPresent() ? named : id(nameOrId);
    }

    private static Optional<Integer> id(String text) {
        try {
            int id = Integer.parseUnsignedInt(text);
            return id == 0 || text.startsWith("+") ? Optional.empty() : Optional.of(id);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** How to call a user: the login name if it is known. */
    String of(int id) {
        return users.stream()
                .filter(user -> user.id() == id)
                .map(User::loginName)
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse("user " + Integer.toUnsignedString(id));
    }
}
