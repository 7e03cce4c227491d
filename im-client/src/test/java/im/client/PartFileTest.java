package im.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartFileTest {
    @TempDir
    private Path folder;

    @Test
    void isHiddenUntilItIsPlaced() throws IOException {
        PartFile file = PartFile.create(folder, "a.txt", "task-1", 3);
        write(file, "abc");
        assertThat(TestFiles.names(folder)).containsExactly(".a.txt.task-1.part");
        Path place = file.place(3);
        file.close();
        assertThat(place).isEqualTo(folder.resolve("a.txt")).hasContent("abc");
        assertThat(TestFiles.names(folder)).containsExactly("a.txt");
        assertThat(file.sha256()).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void neverReplacesAFile() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "mine");
        Files.createSymbolicLink(folder.resolve("a (1).txt"), folder.resolve("nowhere"));
        PartFile file = PartFile.create(folder, "a.txt", "task", 0);
        assertThat(file.place(0)).isEqualTo(folder.resolve("a (2).txt"));
        file.close();
        assertThat(folder.resolve("a.txt")).hasContent("mine");
        assertThat(folder.resolve("nowhere")).doesNotExist();
    }

    @Test
    void leavesAloneTheViewThatAnEventLoopWouldUseOfTheSameMemory() throws IOException {
        ByteBuf cumulated = new AdaptiveByteBufAllocator()
                .directBuffer(8)
                .writeBytes("abcdefgh".getBytes(StandardCharsets.US_ASCII));
        ByteBuffer view = cumulated.internalNioBuffer(0, 8).position(6);
        PartFile file = PartFile.create(folder, "a.txt", "task", 3);
        file.write(cumulated.slice(1, 3));
        assertThat(view.position()).isEqualTo(6);
        assertThat(file.place(3)).hasContent("bcd");
        file.close();
        cumulated.release();
    }

    @Test
    void placesNothingOfTheWrongLength() throws IOException {
        PartFile file = PartFile.create(folder, "a.txt", "task", 4);
        write(file, "abc");
        assertThatThrownBy(() -> file.place(4)).hasMessageContaining("3 bytes instead of 4");
        file.close();
        assertThat(TestFiles.names(folder)).isEmpty();
    }

    @Test
    void startsFromNothingWhereSomethingWasLeft() throws IOException {
        Files.writeString(folder.resolve(".a.txt.task.part"), "from a process that was killed");
        PartFile file = PartFile.create(folder, "a.txt", "task", 1);
        write(file, "b");
        assertThat(file.place(1)).hasContent("b");
        file.close();
    }

    @Test
    void followsNoLinkThatWaitsInItsPlace() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), "mine");
        Files.createSymbolicLink(folder.resolve(".a.txt.task.part"), victim);
        assertThatThrownBy(() -> PartFile.create(folder, "a.txt", "task", 1)).isInstanceOf(IOException.class);
        assertThat(victim).hasContent("mine");
    }

    @Test
    void aTaskIdIsNoPath() throws IOException {
        Path inner = folder.resolve("inner");
        PartFile file = PartFile.create(inner, "a.txt", "../../x/" + "y".repeat(300), 0);
        assertThat(TestFiles.names(inner)).hasSize(1).first().asString().startsWith(".a.txt.______x_y");
        file.close();
        assertThat(TestFiles.names(folder)).containsExactly("inner");
    }

    @Test
    void refusesWhatDoesNotFitOnTheDisk() {
        assertThatThrownBy(() -> PartFile.create(folder, "a", "task", Long.MAX_VALUE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("room");
    }

    private static void write(PartFile file, String text) throws IOException {
        file.write(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)));
    }
}
