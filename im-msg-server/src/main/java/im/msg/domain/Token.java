package im.msg.domain;

import java.util.Arrays;

/** What lets one user take one role in one task at a file-server. Opaque here, and meant for that user only: logs do not show it. */
public final class Token {
    private final byte[] bytes;

    public Token(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    /** As it goes over the wire. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Token that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "a token";
    }
}
