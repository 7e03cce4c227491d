package im.netlib;

import im.netlib.TlsFailures.Reason;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import javax.net.ssl.SSLException;

/** Why TLS did not come about, or broke, in words for who looks after servers. */
final class TlsFailure {
    private TlsFailure() {}

    /** Whether this is about TLS, and not a bug. */
    static boolean is(Throwable failure) {
        return failure instanceof SSLException
                || failure instanceof DecoderException && failure.getCause() instanceof SSLException;
    }

    /** Whether the peer, or the network, ended the connection without a word, as one does that only looks whether somebody listens. */
    static boolean isHangUp(Throwable failure) {
        return has(failure, ClosedChannelException.class) || !is(failure) && failure instanceof IOException;
    }

    static Reason reason(Throwable failure) {
        if (has(failure, NotSslRecordException.class)
                || startsWith(failure, "Unsupported or unrecognized SSL message")) {
            return Reason.NO_TLS;
        }
        if (has(failure, SslHandshakeTimeoutException.class)) {
            return Reason.TIMEOUT;
        }
        if (has(failure, CertificateExpiredException.class)) {
            return Reason.EXPIRED;
        }
        if (has(failure, CertPathBuilderException.class) || has(failure, CertPathValidatorException.class)) {
            return Reason.UNTRUSTED;
        }
        if (has(failure, CertificateException.class)) {
            return Reason.WRONG_NAME;
        }
        if (isHangUp(failure)
                || has(failure, EOFException.class)
                || startsWith(failure, "Connection closed while SSL/TLS handshake was in progress")) {
            return Reason.GONE;
        }
        return Reason.BROKEN_OFF;
    }

    /** The end of a sentence that begins with who the peer is. */
    static String words(Throwable failure) {
        return switch (reason(failure)) {
            // The text of this one has all that the peer has sent.
            case NO_TLS -> "does not speak TLS";
            case TIMEOUT -> "did not finish the TLS handshake in time";
            case EXPIRED -> "shows a certificate that has expired";
            case UNTRUSTED -> "shows a certificate that is not of a CA that is trusted here (" + root(failure) + ")";
            case WRONG_NAME -> "shows a certificate that is not for it (" + root(failure) + ")";
            case GONE -> "ended the connection within the TLS handshake; perhaps it does not speak TLS here";
            case BROKEN_OFF -> "broke TLS off: " + root(failure);
        };
    }

    private static boolean startsWith(Throwable failure, String words) {
        return failure.getMessage() != null && failure.getMessage().startsWith(words);
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage();
    }
}
