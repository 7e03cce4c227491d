package im.route.domain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** A msg-server that writes down what it is told. */
final class RecordedServer implements MsgServer {
    private final List<String> heard = new ArrayList<>();

    @Override
    public void statusChanged(UserId user, boolean online) {
        heard.add("user " + user + (online ? " online" : " offline"));
    }

    @Override
    public void desktopChanged(UserId user, boolean online) {
        heard.add("desktop of " + user + (online ? " online" : " offline"));
    }

    @Override
    public void everybodyElsewhere(Collection<Client> clients) {
        heard.add(clients.stream()
                .map(client -> client.user() + " " + client.kind())
                .sorted()
                .collect(Collectors.joining(", ", "everybody: ", "")));
    }

    /** What it was told since this was last asked. */
    List<String> heard() {
        List<String> news = List.copyOf(heard);
        heard.clear();
        return news;
    }
}
