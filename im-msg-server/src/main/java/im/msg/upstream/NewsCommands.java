package im.msg.upstream;

import im.msg.domain.FileNotice;
import im.msg.domain.RemoteNews;
import im.msg.domain.UserId;
import im.msg.wire.ChatMessages;
import im.msg.wire.ClientKinds;
import im.msg.wire.FileMessages;
import im.msg.wire.KickMessages;
import im.proto.base.UserStatType;
import im.proto.buddy.IMUserStatNotify;
import im.proto.file.IMFileNotify;
import im.proto.message.IMMsgData;
import im.proto.server.IMServerKickUser;
import im.proto.server.IMServerPCLoginStatusNotify;
import java.time.DateTimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What comes from other msg-servers, whatever it comes through. Thread-safe. */
public final class NewsCommands {
    private static final Logger log = LoggerFactory.getLogger(NewsCommands.class);

    private final RemoteNews news;

    public NewsCommands(RemoteNews news) {
        this.news = news;
    }

    public void onStatus(IMUserStatNotify changed) {
        news.statusChanged(
                new UserId(changed.getUserStat().getUserId()),
                changed.getUserStat().getStatus() == UserStatType.USER_STATUS_ONLINE);
    }

    public void onDesktop(IMServerPCLoginStatusNotify changed) {
        news.desktopChanged(new UserId(changed.getUserId()), changed.getLoginStatus() != 0);
    }

    public void onKick(IMServerKickUser kick) {
        news.kicked(new UserId(kick.getUserId()), ClientKinds.of(kick.getClientType()), KickMessages.reason(kick));
    }

    public void onFile(IMFileNotify notify) {
        FileNotice notice;
        try {
            notice = FileMessages.notice(notify);
        } catch (IllegalArgumentException | DateTimeException e) {
            log.warn("a file that another msg-server offers cannot be told: {}", e.getMessage());
            return;
        }
        news.offered(notice);
    }

    public void onMessage(IMMsgData message) {
        news.received(ChatMessages.message(message), ChatMessages.receivers(message));
    }
}
