package im.msg.domain;

/** A way to mobiles that are not connected. Thread-safe. */
public interface PushGateway {
    /** Returns at once. Nobody hears what becomes of it. */
    void push(Push push);
}
