package im.file.client;

import im.proto.file.IMFileLoginReq;
import im.server.token.Grant;
import im.server.token.TokenKey;
import java.time.Clock;
import java.util.Optional;

/**
 * Whether a client has to show a token, and whether the one it shows is good. One that is shown is always looked at: a program that
 * has tokens has no use for a bad one.
 *
 * @param required false also lets clients in that know of no tokens
 */
public record TokenCheck(TokenKey key, boolean required, Clock clock) {

    /** Why this client may not come in, in words for people; empty when it may. */
    Optional<String> objection(IMFileLoginReq request) {
        if (!request.hasToken()) {
            return required
                    ? Optional.of("this server wants a token, which older programs do not have")
                    : Optional.empty();
        }
        Grant wanted = new Grant(request.getTaskId(), request.getUserId(), request.getFileRole());
        return key.objection(request.getToken().toByteArray(), wanted, clock.instant());
    }
}
