package im.netlib;

import com.google.common.net.HostAndPort;
import java.util.concurrent.CompletableFuture;

/** Says where to connect to. Asked before every attempt, so a source may send a client elsewhere after a loss. */
public interface AddressSource {
    /** The next address to try; may complete on any thread, and fail: then the attempt has failed. */
    CompletableFuture<HostAndPort> next();

    /** The same address every time. */
    static AddressSource always(HostAndPort address) {
        return new AddressSource() {
            @Override
            public CompletableFuture<HostAndPort> next() {
                return CompletableFuture.completedFuture(address);
            }

            @Override
            public String toString() {
                return address.toString();
            }
        };
    }
}
