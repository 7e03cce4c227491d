package im.server.management;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import im.server.http.HttpAnswers;
import im.server.http.HttpCall;
import im.server.http.HttpReply;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * On a loopback address, answers only who means this machine. A page of strangers in a browser here can have a name of theirs point to
 * this address, and would then read what is answered; its requests have that name in them. Other ports cannot know by which names they
 * are found, and answer all. Immutable.
 */
final class OwnHost implements HttpAnswers {
    private static final int MISDIRECTED = 421;

    private final InetSocketAddress listening;
    private final HttpAnswers answers;

    OwnHost(InetSocketAddress listening, HttpAnswers answers) {
        this.listening = listening;
        this.answers = answers;
    }

    @Override
    public CompletableFuture<HttpReply> answer(HttpCall call) {
        // Browsers always name a host; who does not is a simple program.
        boolean meant = !listening.getAddress().isLoopbackAddress()
                || call.host().map(this::isOwn).orElse(true);
        return meant
                ? answers.answer(call)
                : CompletableFuture.completedFuture(
                        HttpReply.of(
                                MISDIRECTED,
                                Map.of(
                                        "error",
                                        "this port listens on a loopback address, and so answers only requests whose Host is localhost, a loopback"
                                                + " address, or the name in management.host; a proxy in front of it has to send one of these")));
    }

    private boolean isOwn(String host) {
        String name;
        try {
            name = HostAndPort.fromString(host).getHost().toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return false;
        }
        return InetAddresses.isInetAddress(name)
                ? InetAddresses.forString(name).isLoopbackAddress()
                : name.equals("localhost")
                        || name.endsWith(".localhost")
                        || name.equals(listening.getHostString().toLowerCase(Locale.ROOT));
    }
}
