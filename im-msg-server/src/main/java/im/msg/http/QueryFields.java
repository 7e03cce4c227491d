package im.msg.http;

import com.google.common.hash.Hashing;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import im.msg.domain.UserId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The JSON object that a request is. Whole numbers may be written as text: systems of this family do so. Immutable. */
final class QueryFields {
    /** The object, a list in it, and some for what nobody looks at: the parser calls itself for each. */
    private static final int MAX_DEPTH = 8;

    private static final int LONGEST_ERROR = 200;
    private static final int LONGEST_NAME = 200;

    private final ConfigObject object;

    private QueryFields(ConfigObject object) {
        this.object = object;
    }

    static QueryFields parse(byte[] body) throws BadQuery {
        String json = utf8(body);
        requireShallow(json);
        try {
            return new QueryFields(ConfigFactory.parseString(
                            json,
                            ConfigParseOptions.defaults()
                                    .setSyntax(ConfigSyntax.JSON)
                                    .setOriginDescription("body"))
                    .root());
        } catch (ConfigException e) {
            String why = e.getMessage();
            throw new BadQuery("not a JSON object: " + why.substring(0, Math.min(why.length(), LONGEST_ERROR)));
        }
    }

    private static String utf8(byte[] body) throws BadQuery {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadQuery("not UTF-8");
        }
    }

    private static void requireShallow(String json) throws BadQuery {
        int depth = 0;
        boolean inText = false;
        for (int i = 0; i < json.length(); i++) {
            switch (json.charAt(i)) {
                case '"' -> inText = !inText;
                case '\\' -> i++;
                case '[', '{' -> depth += inText ? 0 : 1;
                case ']', '}' -> depth -= inText ? 0 : 1;
                default -> {}
            }
            if (depth > MAX_DEPTH) {
                throw new BadQuery("not a JSON object: too many brackets");
            }
        }
    }

    private Optional<Object> find(String name) {
        return Optional.ofNullable(object.get(name)).map(ConfigValue::unwrapped);
    }

    private Object value(String name) throws BadQuery {
        return find(name).orElseThrow(() -> new BadQuery(name + " is missing"));
    }

    String text(String name) throws BadQuery {
        if (value(name) instanceof String text) {
            return text;
        }
        throw new BadQuery(name + " is not a text");
    }

    /** Empty when it is not there, or null. */
    Optional<String> optionalText(String name) throws BadQuery {
        return find(name).isPresent() ? Optional.of(text(name)) : Optional.empty();
    }

    /** Other systems call their things what they want; on the wire such a name has 8 to 32 bytes. */
    Optional<byte[]> optionalName(String name) throws BadQuery {
        Optional<String> given = optionalText(name);
        if (given.filter(text -> text.isEmpty() || text.length() > LONGEST_NAME).isPresent()) {
            throw new BadQuery(name + " does not have 1 to " + LONGEST_NAME + " characters");
        }
        return given.map(text ->
                Hashing.sha256().hashString(text, StandardCharsets.UTF_8).asBytes());
    }

    byte[] bytes(String name, int max) throws BadQuery {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text(name));
        } catch (IllegalArgumentException e) {
            throw new BadQuery(name + " is not Base64");
        }
        if (bytes.length > max) {
            throw new BadQuery(name + " has " + bytes.length + " bytes; at most " + max + " are taken");
        }
        return bytes;
    }

    int number(String name) throws BadQuery {
        return (int) whole(name, value(name), Integer.MAX_VALUE);
    }

    /** Of a user or a group: from 1 to 2<sup>32</sup>&nbsp;&minus;&nbsp;1, unsigned. */
    int id(String name) throws BadQuery {
        return id(name, value(name));
    }

    UserId user(String name) throws BadQuery {
        return new UserId(id(name));
    }

    List<Integer> ids(String name) throws BadQuery {
        if (!(object.get(name) instanceof ConfigList list)) {
            throw new BadQuery(name + " is missing, or not a list");
        }
        List<Integer> ids = new ArrayList<>();
        for (ConfigValue each : list) {
            ids.add(id("an entry of " + name, each.unwrapped()));
        }
        return ids;
    }

    private static int id(String name, Object value) throws BadQuery {
        return (int) whole(name, value, 0xffff_ffffL);
    }

    private static long whole(String name, Object value, long max) throws BadQuery {
        long number = 0;
        if (value instanceof Number n && n.longValue() == n.doubleValue()) {
            number = n.longValue();
        } else if (value instanceof String text && text.matches("[0-9]{1,10}")) {
            number = Long.parseLong(text);
        }
        if (number < 1 || number > max) {
            throw new BadQuery(name + " is not a whole number from 1 to " + max);
        }
        return number;
    }
}
