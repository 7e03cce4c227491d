package im.file.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a disk holds after some steps, and what of it may be left after a loss of power. Only what was forced is sure: the bytes of a file
 * by forcing the file, a name in a folder by forcing the folder. Of everything else each piece may be left or not by itself, so a file
 * that was moved may be left under both names or under none.
 */
final class DiskModel {
    private static final int PAGE = 4096;

    /** What became of what was not forced. */
    enum Unforced {
        KEPT,
        LOST,
        /** Some of it, as a {@link Random} decides. */
        MIXED
    }

    private static final class Node {
        /** Of a folder; null in a file. */
        final Map<String, Node> names;

        Map<String, Node> forcedNames = Map.of();
        byte[] bytes = {};
        byte[] forcedBytes = {};

        Node(boolean folder) {
            names = folder ? new TreeMap<>() : null;
        }

        boolean isFolder() {
            return names != null;
        }

        void force() {
            if (isFolder()) {
                forcedNames = new TreeMap<>(names);
            } else {
                forcedBytes = bytes;
            }
        }
    }

    private final Path root;
    private final Node top;
    private final Map<Integer, Node> open = new HashMap<>();

    /**
     * @param root of all paths
     * @param safe a folder with what was there, safe, before the first step
     */
    DiskModel(Path root, Path safe) throws IOException {
        this.root = root;
        this.top = read(safe);
    }

    private static Node read(Path path) throws IOException {
        Node node = new Node(Files.isDirectory(path));
        if (node.isFolder()) {
            try (Stream<Path> all = Files.list(path)) {
                for (Path each : all.toList()) {
                    node.names.put(each.getFileName().toString(), read(each));
                }
            }
        } else {
            node.bytes = Files.readAllBytes(path);
        }
        node.force();
        return node;
    }

    private Node folderOf(Path path) {
        return at(path.getParent());
    }

    private Node at(Path path) {
        Node node = top;
        if (!path.equals(root)) {
            for (Path name : root.relativize(path)) {
                node = node.names.get(name.toString());
            }
        }
        return node;
    }

    void create(Path file, int handle) {
        Node created = new Node(false);
        folderOf(file).names.put(file.getFileName().toString(), created);
        open.put(handle, created);
    }

    void open(Path file, int handle) {
        open.put(handle, at(file));
    }

    void makeFolder(Path folder) {
        folderOf(folder).names.put(folder.getFileName().toString(), new Node(true));
    }

    void move(Path from, Path to) {
        folderOf(to).names.put(to.getFileName().toString(), at(from));
        folderOf(from).names.remove(from.getFileName().toString());
    }

    void delete(Path path) {
        folderOf(path).names.remove(path.getFileName().toString());
    }

    void force(Path folder) {
        at(folder).force();
    }

    void append(int handle, byte[] bytes) {
        Node file = open.get(handle);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(file.bytes);
        all.writeBytes(bytes);
        file.bytes = all.toByteArray();
    }

    void truncate(int handle, long size) {
        Node file = open.get(handle);
        file.bytes = Arrays.copyOf(file.bytes, (int) size);
    }

    void force(int handle) {
        open.get(handle).force();
    }

    /** Writes what is left after a loss of power. */
    void leaveBehind(Path folder, Unforced unforced, Random random) throws IOException {
        write(top, folder, unforced, random, new IdentityHashMap<>());
    }

    private static void write(Node node, Path to, Unforced unforced, Random random, Map<Node, Path> written)
            throws IOException {
        if (!node.isFolder()) {
            if (written.containsKey(node)) {
                // Whoever writes to one of its names writes to the other.
                Files.createLink(to, written.get(node));
            } else {
                Files.write(to, bytesLeft(node, unforced, random));
                written.put(node, to);
            }
            return;
        }
        Files.createDirectory(to);
        for (Map.Entry<String, Node> left : namesLeft(node, unforced, random).entrySet()) {
            Path path = to.resolve(left.getKey());
            boolean folderUnderTwoNames = left.getValue().isFolder() && written.put(left.getValue(), path) != null;
            if (!folderUnderTwoNames) {
                write(left.getValue(), path, unforced, random, written);
            }
        }
    }

    private static Map<String, Node> namesLeft(Node folder, Unforced unforced, Random random) {
        if (unforced == Unforced.KEPT) {
            return folder.names;
        }
        Map<String, Node> left = new TreeMap<>();
        Set<String> all = new TreeSet<>(folder.names.keySet());
        all.addAll(folder.forcedNames.keySet());
        for (String name : all) {
            boolean forced = unforced == Unforced.LOST || random.nextBoolean();
            Node node = (forced ? folder.forcedNames : folder.names).get(name);
            if (node != null) {
                left.put(name, node);
            }
        }
        return left;
    }

    private static byte[] bytesLeft(Node file, Unforced unforced, Random random) {
        return switch (unforced) {
            case KEPT -> file.bytes;
            case LOST -> file.forcedBytes;
            case MIXED -> mixed(file, random);
        };
    }

    /** The size may have got further than the bytes, and those to the disk in any order. */
    private static byte[] mixed(Node file, Random random) {
        int forced = Math.min(file.forcedBytes.length, file.bytes.length);
        byte[] left = Arrays.copyOf(file.bytes, forced + random.nextInt(file.bytes.length - forced + 1));
        for (int page = forced; page < left.length; page += PAGE) {
            if (random.nextInt(4) == 0) {
                Arrays.fill(left, page, Math.min(page + PAGE, left.length), (byte) 0);
            }
        }
        return left;
    }
}
