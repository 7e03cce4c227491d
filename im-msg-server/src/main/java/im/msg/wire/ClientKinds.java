package im.msg.wire;

import im.msg.domain.ClientKind;
import im.proto.base.ClientType;

/** The domain's kinds of clients in those of the protocol. */
public final class ClientKinds {
    private ClientKinds() {}

    public static ClientKind of(ClientType type) {
        return switch (type) {
            case CLIENT_TYPE_WINDOWS -> ClientKind.WINDOWS;
            case CLIENT_TYPE_MAC -> ClientKind.MAC;
            case CLIENT_TYPE_IOS -> ClientKind.IOS;
            case CLIENT_TYPE_ANDROID -> ClientKind.ANDROID;
        };
    }

    public static ClientType wire(ClientKind kind) {
        return switch (kind) {
            case WINDOWS -> ClientType.CLIENT_TYPE_WINDOWS;
            case MAC -> ClientType.CLIENT_TYPE_MAC;
            case IOS -> ClientType.CLIENT_TYPE_IOS;
            case ANDROID -> ClientType.CLIENT_TYPE_ANDROID;
        };
    }
}
