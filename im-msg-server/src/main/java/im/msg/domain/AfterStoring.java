package im.msg.domain;

import java.util.List;

/** What is done about a message besides delivering it, once, at the msg-server that had it stored. Thread-safe; nothing blocks. */
public interface AfterStoring {
    void stored(Message message, List<UserId> receivers);
}
