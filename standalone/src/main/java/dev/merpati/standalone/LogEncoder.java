package dev.merpati.standalone;

import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Writes lines by a pattern or, when a format is set, as JSON in that of Spring's formats: {@code ecs}, {@code gelf}, {@code logstash}. */
public final class LogEncoder extends EncoderBase<ILoggingEvent> {
    private String pattern = "";
    private String format = "";
    private @Nullable Encoder<ILoggingEvent> encoder;

    public void setPattern(String pattern) {
        this.pattern = pattern;
    }

    /** @param format empty for the pattern */
    public void setFormat(String format) {
        this.format = format;
    }

    @Override
    public void start() {
        encoder = format.isEmpty() ? byPattern() : structured();
        super.start();
    }

    private Encoder<ILoggingEvent> byPattern() {
        PatternLayoutEncoder lines = new PatternLayoutEncoder();
        lines.setContext(context);
        lines.setPattern(pattern);
        lines.start();
        return lines;
    }

    /** Spring's encoder wants an environment, which names the service: there is none yet, or it is that of one of our parts. */
    private Encoder<ILoggingEvent> structured() {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("merpati", Map.of("logging.structured.ecs.service.name", "merpati")));
        String key = Environment.class.getName();
        Object before = context.getObject(key);
        context.putObject(key, environment);
        try {
            StructuredLogEncoder json = new StructuredLogEncoder();
            json.setContext(context);
            json.setFormat(format);
            json.start();
            return json;
        } finally {
            if (before != null) {
                context.putObject(key, before);
            }
        }
    }

    private Encoder<ILoggingEvent> encoder() {
        if (encoder == null) {
            throw new IllegalStateException("not started");
        }
        return encoder;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        return encoder().encode(event);
    }

    @Override
    public byte @Nullable [] headerBytes() {
        return encoder().headerBytes();
    }

    @Override
    public byte @Nullable [] footerBytes() {
        return encoder().footerBytes();
    }
}
