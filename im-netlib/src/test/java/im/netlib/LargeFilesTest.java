package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFileReq;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LargeFilesTest {
    private static final long FIRST_LARGE = 1L << 32;

    private static IMFileReq.Builder withSize(long size) {
        IMFileReq.Builder message = IMFileReq.newBuilder();
        LargeFiles.putSize(size, message::setFileSize, message::setFileSize64);
        return message;
    }

    private static IMFilePullDataReq.Builder withOffset(long offset) {
        IMFilePullDataReq.Builder message = IMFilePullDataReq.newBuilder();
        LargeFiles.putOffset(offset, message::setOffset, message::setOffset64);
        return message;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, Integer.MAX_VALUE, 1L << 31, FIRST_LARGE - 1})
    void whatFitsInto32BitsIsWrittenAsEver(long value) {
        assertThat(LargeFiles.isLarge(value)).isFalse();
        assertThat(withSize(value).getFileSize()).isEqualTo((int) value);
        assertThat(withSize(value).hasFileSize64()).isFalse();
        assertThat(withOffset(value).getOffset()).isEqualTo((int) value);
        assertThat(withOffset(value).hasOffset64()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {FIRST_LARGE, FIRST_LARGE + 5, 6L << 30, Long.MAX_VALUE})
    void whatDoesNotHasAFieldOfItsOwnToo(long value) {
        assertThat(LargeFiles.isLarge(value)).isTrue();
        assertThat(withSize(value).getFileSize()).as("4294967295").isEqualTo(-1);
        assertThat(withSize(value).getFileSize64()).isEqualTo(value);
        assertThat(withOffset(value).getOffset()).as("lower 32 bits").isEqualTo((int) value);
        assertThat(withOffset(value).getOffset64()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1L << 31, FIRST_LARGE - 1, FIRST_LARGE, 6L << 30, Long.MAX_VALUE})
    void whatWasWrittenIsRead(long value) {
        IMFileReq.Builder size = withSize(value);
        IMFilePullDataReq.Builder offset = withOffset(value);

        assertThat(LargeFiles.size(size.getFileSize(), size.hasFileSize64(), size.getFileSize64()))
                .isEqualTo(value);
        assertThat(LargeFiles.offset(offset.getOffset(), offset.hasOffset64(), offset.getOffset64()))
                .isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE})
    void moreThan63BitsAreMoreThanAnyFileHas(long value) {
        assertThat(LargeFiles.size(5, true, value)).isEqualTo(Long.MAX_VALUE);
        assertThat(LargeFiles.offset(5, true, value)).isEqualTo(Long.MAX_VALUE);
    }
}
