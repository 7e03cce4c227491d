package im.msg.upstream;

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

/** What comes from other msg-servers, whatever it comes through. Thread-safe. */
public final class NewsCommands {
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
        news.offered(FileMessages.notice(notify));
    }

    public void onMessage(IMMsgData message) {
        news.received(ChatMessages.message(message), ChatMessages.receivers(message));
    }
}
