package im.db.link;

import static org.assertj.core.api.Assertions.assertThat;

import im.proto.base.OfflineFileInfo;
import im.proto.file.IMFileHasOfflineRsp;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameBudgetTest {
    private static final OfflineFileInfo LONG = OfflineFileInfo.newBuilder()
            .setFromUserId(1)
            .setTaskId("t")
            .setFileName("x".repeat(1000))
            .setFileSize(1)
            .build();

    @Test
    void leavesShortListsAlone() {
        List<OfflineFileInfo> few = Collections.nCopies(10, LONG);
        assertThat(FrameBudget.firstThatFit(few)).isEqualTo(few);
        assertThat(FrameBudget.firstThatFit(List.<OfflineFileInfo>of())).isEmpty();
    }

    @Test
    void cutsLongListsSoThatTheFrameStaysBelow256KiB() {
        List<OfflineFileInfo> fit = FrameBudget.firstThatFit(Collections.nCopies(1000, LONG));
        int body = IMFileHasOfflineRsp.newBuilder()
                .setUserId(1)
                .addAllOfflineFileList(fit)
                .build()
                .getSerializedSize();
        assertThat(body).isBetween(240 << 10, (256 << 10) - 16);
    }
}
