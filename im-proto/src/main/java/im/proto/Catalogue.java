package im.proto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The commands that somebody knows, by id. Immutable; any thread may use it. */
public final class Catalogue {

    /** Indexed by command id, null where there is none: ids are small, and a look-up happens for every frame. */
    private final Command<?>[] byId;

    private Catalogue(Command<?>[] byId) {
        this.byId = byId;
    }

    /**
     * A catalogue of exactly these commands.
     *
     * @throws IllegalArgumentException when two of them have the same command id; the message names both
     */
    public static Catalogue of(Collection<Command<?>> commands) {
        int length = 1 + commands.stream().mapToInt(Command::commandId).max().orElse(-1);
        Command<?>[] byId = new Command<?>[length];
        for (Command<?> command : commands) {
            Command<?> other = byId[command.commandId()];
            if (other != null) {
                throw new IllegalArgumentException("two commands with one id: " + other + " and " + command);
            }
            byId[command.commandId()] = command;
        }
        return new Catalogue(byId);
    }

    /** The command with this id; empty when it is unknown, whatever the number is. */
    public Optional<Command<?>> find(int commandId) {
        return contains(commandId) ? Optional.of(byId[commandId]) : Optional.empty();
    }

    /** Whether {@link #find} would find it; allocates nothing. */
    public boolean contains(int commandId) {
        return commandId >= 0 && commandId < byId.length && byId[commandId] != null;
    }

    /** All commands, ascending by id. */
    public List<Command<?>> commands() {
        List<Command<?>> commands = new ArrayList<>();
        Arrays.stream(byId).filter(Objects::nonNull).forEach(commands::add);
        return List.copyOf(commands);
    }
}
