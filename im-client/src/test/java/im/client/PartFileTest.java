package im.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.client.PartFile.Identity;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartFileTest {
    private static final int TAIL = 32 << 10;

    @TempDir
    private Path folder;

    private static Identity identity(long size) {
        return new Identity("a.txt", "task-1", size, "");
    }

    @Test
    void isHiddenUntilItIsPlaced() throws IOException {
        PartFile file = PartFile.create(folder, identity(3));
        write(file, "abc");
        assertThat(partName()).startsWith(".a.txt.").endsWith(".part");
        Path place = file.place();
        file.close(true);
        assertThat(place).isEqualTo(folder.resolve("a.txt")).hasContent("abc");
        assertThat(TestFiles.names(folder)).containsExactly("a.txt");
        assertThat(file.sha256()).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void aNameOfManyEmojiIsReceivedToo() throws IOException {
        String emoji = "\uD83D\uDE00";
        for (String name : List.of("x".repeat(29) + emoji.repeat(10), emoji.repeat(45), "x".repeat(60) + emoji)) {
            PartFile file = PartFile.create(folder, new Identity(name, "task-1", 3, ""));
            write(file, "abc");
            assertThat(file.place()).hasFileName(name).hasContent("abc");
            file.close(true);
        }
    }

    @Test
    void neverReplacesAFile() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "mine");
        Files.createSymbolicLink(folder.resolve("a (1).txt"), folder.resolve("nowhere"));
        PartFile file = PartFile.create(folder, identity(0));
        assertThat(file.place()).isEqualTo(folder.resolve("a (2).txt"));
        file.close(true);
        assertThat(folder.resolve("a.txt")).hasContent("mine");
        assertThat(folder.resolve("nowhere")).doesNotExist();
    }

    @Test
    void leavesAloneTheViewThatAnEventLoopWouldUseOfTheSameMemory() throws IOException {
        ByteBuf cumulated = new AdaptiveByteBufAllocator()
                .directBuffer(8)
                .writeBytes("abcdefgh".getBytes(StandardCharsets.US_ASCII));
        ByteBuffer view = cumulated.internalNioBuffer(0, 8).position(6);
        PartFile file = PartFile.create(folder, identity(3));
        file.append(List.of(new Piece(0, cumulated.slice(1, 3))));
        assertThat(view.position()).isEqualTo(6);
        assertThat(file.place()).hasContent("bcd");
        file.close(false);
        cumulated.release();
    }

    @Test
    void placesNothingOfTheWrongLength() throws IOException {
        PartFile file = PartFile.create(folder, identity(4));
        write(file, "abc");
        assertThatThrownBy(file::place).hasMessageContaining("3 bytes instead of 4");
        file.close(false);
        assertThat(TestFiles.names(folder)).isEmpty();
    }

    @Test
    void startsFromNothingAlsoWhereSomethingWasLeft() throws IOException {
        leave(identity(1), "from a process that was killed");
        PartFile file = PartFile.create(folder, identity(1));
        write(file, "b");
        assertThat(file.place()).hasContent("b");
        file.close(false);
    }

    @Test
    void goesOnWhereAnEarlierAttemptEnded() throws IOException {
        Identity large = identity(TAIL + 6);
        leave(large, "abc");
        PartFile file = PartFile.resume(folder, large);
        assertThat(file.found()).isEqualTo(3);
        assertThat(file.length()).isEqualTo(3);
        file.hashNext();
        assertThat(file.hashed()).isEqualTo(3);
        String rest = "d".repeat(TAIL + 3);
        write(file, rest);
        assertThat(file.sha256()).isEqualTo(TestFiles.sha256(("abc" + rest).getBytes(StandardCharsets.UTF_8)));
        assertThat(file.place()).hasContent("abc" + rest);
        file.close(false);
    }

    @Test
    void alwaysLeavesSomethingToFetch() throws IOException {
        Identity complete = identity(TAIL + 2);
        leave(complete, "x".repeat(TAIL + 2));
        PartFile file = PartFile.resume(folder, complete);
        assertThat(file.length()).isEqualTo(2);
        file.close(false);
    }

    @Test
    void continuesNothingOfAnotherFile() throws IOException {
        Identity left = new Identity("a.txt", "task-1", TAIL + 9, "00ff");
        leave(left, "abc");
        for (Identity other : new Identity[] {
            new Identity("a.txt", "task-2", TAIL + 9, "00ff"),
            new Identity("a.txt", "task-1", TAIL + 8, "00ff"),
            new Identity("a.txt", "task-1", TAIL + 9, "00fe")
        }) {
            PartFile file = PartFile.resume(folder, other);
            assertThat(file.found()).isZero();
            file.close(true);
        }
        PartFile same = PartFile.resume(folder, left);
        assertThat(same.found()).isEqualTo(3);
        same.close(false);
        assertThat(TestFiles.names(folder)).isEmpty();
    }

    @Test
    void startsOverWhenWhatWasLeftTurnsOutWrong() throws IOException {
        Identity large = identity(TAIL + 3);
        leave(large, "abc");
        PartFile file = PartFile.resume(folder, large);
        file.hashNext();
        file.startOver();
        assertThat(file.length()).isZero();
        String all = "d".repeat(TAIL + 3);
        write(file, all);
        assertThat(file.sha256()).isEqualTo(TestFiles.sha256(all.getBytes(StandardCharsets.UTF_8)));
        assertThat(file.place()).hasContent(all);
        file.close(false);
    }

    @Test
    void followsNoLinkThatWaitsInItsPlace() throws IOException {
        leave(identity(1), "x");
        Path victim = Files.writeString(folder.resolve("victim"), "mine");
        Path part = folder.resolve(partName());
        Files.delete(part);
        Files.createSymbolicLink(part, victim);
        assertThatThrownBy(() -> PartFile.create(folder, identity(1))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> PartFile.resume(folder, identity(1))).isInstanceOf(IOException.class);
        assertThat(victim).hasContent("mine");
    }

    @Test
    void aTaskIdIsNoPath() throws IOException {
        Path inner = folder.resolve("inner");
        PartFile file = PartFile.create(inner, new Identity("a.txt", "../../x/" + "y".repeat(300), 0, ""));
        assertThat(TestFiles.names(inner)).singleElement().asString().matches("\\.a\\.txt\\.[0-9a-f]{32}\\.part");
        file.close(false);
        assertThat(TestFiles.names(folder)).containsExactly("inner");
    }

    @Test
    void refusesWhatDoesNotFitOnTheDisk() throws IOException {
        assertThatThrownBy(() -> PartFile.create(folder, identity(Long.MAX_VALUE)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("room");
        assertThat(TestFiles.names(folder)).isEmpty();
    }

    @Test
    void isOnlyReceivedOnceAtATime() throws IOException {
        PartFile first = PartFile.create(folder, identity(3));
        assertThatThrownBy(() -> PartFile.resume(folder, identity(3))).hasMessageContaining("already");
        first.close(false);
    }

    @Test
    void whatIsInItsPlaceIsNobodysPartAnyMore() throws Exception {
        Identity identity = identity(3);
        CountDownLatch over = new CountDownLatch(1);
        CompletableFuture<Void> others = CompletableFuture.runAsync(() -> {
            while (over.getCount() > 0) {
                try {
                    PartFile.create(folder, identity).close(false);
                } catch (IOException e) {
                    // The file is being received, or just was.
                }
            }
        });
        List<Path> places = new ArrayList<>();
        try {
            while (places.size() < 200) {
                PartFile file;
                try {
                    file = PartFile.create(folder, identity);
                } catch (IOException e) {
                    continue;
                }
                write(file, "abc");
                places.add(file.place());
                file.close(true);
            }
        } finally {
            over.countDown();
        }
        others.get(10, TimeUnit.SECONDS);
        assertThat(places).allSatisfy(place -> assertThat(place).hasContent("abc"));
    }

    private String partName() throws IOException {
        return TestFiles.names(folder).stream()
                .filter(name -> name.endsWith(".part"))
                .findFirst()
                .orElseThrow();
    }

    /** What an attempt has of the file when it ends. */
    private void leave(Identity identity, String text) throws IOException {
        PartFile file = PartFile.create(folder, identity);
        write(file, text);
        file.close(true);
    }

    private static void write(PartFile file, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        file.append(List.of(new Piece(0, Unpooled.wrappedBuffer(bytes))));
    }
}
