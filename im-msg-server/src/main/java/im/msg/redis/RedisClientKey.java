package im.msg.redis;

import im.msg.domain.ClientKind;
import im.msg.domain.UserId;
import im.msg.wire.ClientKinds;
import im.proto.base.ClientType;

/** A client as it is called in Redis. */
record RedisClientKey(UserId user, ClientKind kind) {
    /** @param text as {@link #toString} gives it */
    static RedisClientKey parse(String text) {
        int colon = text.indexOf(':');
        ClientType type = ClientType.forNumber(Integer.parseInt(text.substring(colon + 1)));
        return new RedisClientKey(new UserId(Integer.parseUnsignedInt(text.substring(0, colon))), ClientKinds.of(type));
    }

    @Override
    public String toString() {
        return user + ":" + ClientKinds.wire(kind).getNumber();
    }
}
