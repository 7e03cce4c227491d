package im.bench;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes and times as configuration files write them. */
final class Amounts {
    private Amounts() {}

    /** {@code 64MiB}. */
    static final class Bytes implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                return ConfigValueFactory.fromAnyRef(text).atKey("size").getBytes("size");
            } catch (ConfigException e) {
                throw new TypeConversionException("'" + text + "' is no size, such as 64MiB");
            }
        }
    }

    /** {@code 20ms}. */
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return ConfigValueFactory.fromAnyRef(text).atKey("time").getDuration("time");
            } catch (ConfigException e) {
                throw new TypeConversionException("'" + text + "' is no time, such as 20ms");
            }
        }
    }
}
