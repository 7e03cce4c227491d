package im.route.link;

import im.proto.base.ClientType;
import im.route.domain.ClientKind;

/** Between the protocol's kinds of clients and ours. */
final class ClientKinds {
    private ClientKinds() {}

    static ClientKind of(ClientType type) {
        return switch (type) {
            case CLIENT_TYPE_WINDOWS -> ClientKind.WINDOWS;
            case CLIENT_TYPE_MAC -> ClientKind.MAC;
            case CLIENT_TYPE_IOS -> ClientKind.IOS;
            case CLIENT_TYPE_ANDROID -> ClientKind.ANDROID;
        };
    }

    static ClientType typeOf(ClientKind kind) {
        return switch (kind) {
            case WINDOWS -> ClientType.CLIENT_TYPE_WINDOWS;
            case MAC -> ClientType.CLIENT_TYPE_MAC;
            case IOS -> ClientType.CLIENT_TYPE_IOS;
            case ANDROID -> ClientType.CLIENT_TYPE_ANDROID;
        };
    }
}
