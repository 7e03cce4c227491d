package im.msg.domain;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Two file-servers, of which "there" creates all tasks. */
final class KnownServers implements FileServers {
    static final TaskId TASK = new TaskId("t1");
    static final ServerAddress HERE = new ServerAddress("10.0.0.1", 8600);
    static final ServerAddress THERE = new ServerAddress("10.0.0.2", 8600);

    static final Instant EXPIRES = Instant.ofEpochSecond(2_000_000_000);

    /** Those that say themselves what they have stored. */
    final Set<String> announcing = new HashSet<>();

    FileRequest asked;

    @Override
    public CompletableFuture<CreatedTask> createTask(FileRequest request) {
        asked = request;
        return CompletableFuture.completedFuture(new CreatedTask(TASK, "there", List.of(THERE), Optional.of(EXPIRES)));
    }

    /** Only "there" knows tokens. */
    @Override
    public Optional<Token> token(String serverId, TaskId task, UserId user, TransferRole role) {
        return serverId.equals("there") ? Optional.of(tokenFor(task, user, role)) : Optional.empty();
    }

    static Token tokenFor(TaskId task, UserId user, TransferRole role) {
        return new Token((task.text() + user + role).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public List<ServerAddress> addressesOf(String serverId) {
        return Map.of("here", List.of(HERE), "there", List.of(THERE)).getOrDefault(serverId, List.of());
    }

    @Override
    public boolean announces(String serverId) {
        return announcing.contains(serverId);
    }

    @Override
    public boolean allAnnounce() {
        return announcing.containsAll(List.of("here", "there"));
    }

    @Override
    public List<ServerAddress> allAddresses() {
        return List.of(HERE);
    }
}
