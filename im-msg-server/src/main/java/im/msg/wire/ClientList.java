package im.msg.wire;

import com.google.common.collect.ImmutableSetMultimap;
import im.msg.domain.ClientKind;
import im.msg.domain.UserId;
import im.proto.base.ServerUserStat;
import im.proto.server.IMOnlineUserInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A list of everybody elsewhere that comes in parts, on one connection. One thread at a time. */
public final class ClientList {
    private static final Logger log = LoggerFactory.getLogger(ClientList.class);

    private final int max;
    private List<ServerUserStat> parts = new ArrayList<>();

    /** @param max how many clients are taken; further ones are left out */
    public ClientList(int max) {
        this.max = max;
    }

    /** @return the whole list, if this is its last part */
    public Optional<ImmutableSetMultimap<UserId, ClientKind>> add(IMOnlineUserInfo part) {
        if (part.getFirstPart()) {
            parts = new ArrayList<>();
        }
        int room = max - parts.size();
        if (part.getUserStatListCount() > room) {
            log.warn("more than {} clients are online elsewhere; the others count as away", max);
        }
        part.getUserStatListList().stream().limit(room).forEach(parts::add);
        if (!part.getLastPart()) {
            return Optional.empty();
        }
        ImmutableSetMultimap<UserId, ClientKind> whole = clients(parts);
        parts = new ArrayList<>();
        return Optional.of(whole);
    }

    public static ImmutableSetMultimap<UserId, ClientKind> clients(List<ServerUserStat> clients) {
        return clients.stream()
                .collect(ImmutableSetMultimap.toImmutableSetMultimap(
                        client -> new UserId(client.getUserId()), client -> ClientKinds.of(client.getClientType())));
    }
}
