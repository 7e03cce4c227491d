package im.bench.scale;

import im.bench.wire.MsgServerLink;
import java.io.IOException;
import java.util.List;

/** Users who go and come again, in turns: one at this msg-server, then one at the next. On the event loop. */
final class Changes {
    /** Many more than are under way at a time. */
    private static final int USERS = 1000;

    private final List<MsgServerLink> links;
    private int count;

    private Changes(List<MsgServerLink> links) {
        this.links = List.copyOf(links);
    }

    /** All are there at first. Not on the event loop. */
    static Changes of(List<MsgServerLink> links) throws IOException, InterruptedException {
        for (int i = 0; i < links.size(); i++) {
            Scale.await(links.get(i).list(user(i, 0), USERS));
        }
        return new Changes(links);
    }

    /** One of those who are at this link. */
    static int user(int link, int number) {
        return Scale.ELSEWHERE + link * USERS + number % USERS;
    }

    /** The next one goes, or comes; gives who. */
    int next() {
        int link = count % links.size();
        int turn = count / links.size();
        count++;
        int user = user(link, turn);
        links.get(link).change(user, turn / USERS % 2 != 0);
        return user;
    }
}
