package im.server.http;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.util.Map;

/** JSON (RFC 8259) as others are told it. */
public final class Json {
    private Json() {}

    /** @param fields texts, numbers, flags, and lists and maps of such */
    public static String object(Map<String, ?> fields) {
        return ConfigValueFactory.fromMap(fields).render(ConfigRenderOptions.concise());
    }
}
