package dev.merpati.gateway.json;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.limits.FairShare;
import dev.merpati.gateway.limits.RequestSettings;
import dev.merpati.gateway.web.IdleTimeout;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ReactiveHttpInputMessage;
import org.springframework.http.codec.HttpMessageReader;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads every JSON body there is, into the record that its route asks for: within its size, its time and its tenant's share
 * of the memory, and as well-formed Unicode. No body is read as an empty object.
 *
 * Spring's own reader has none of these bounds but the size, waits for ever, and lets half an emoji pass.
 */
@Component
public final class JsonBodyReader implements HttpMessageReader<Object> {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final JsonMapper mapper;
    private final RequestSettings settings;
    private final FairShare buffered;

    JsonBodyReader(JsonMapper mapper, RequestSettings settings) {
        this.mapper = mapper;
        this.settings = settings;
        this.buffered = new FairShare(settings.buffered(Runtime.getRuntime().maxMemory()));
    }

    @Override
    public List<MediaType> getReadableMediaTypes() {
        return List.of(MediaType.APPLICATION_JSON);
    }

    @Override
    public boolean canRead(ResolvableType elementType, @Nullable MediaType mediaType) {
        return elementType.toClass().isRecord()
                && (mediaType == null || MediaType.APPLICATION_JSON.includes(mediaType));
    }

    @Override
    public Flux<Object> read(ResolvableType type, ReactiveHttpInputMessage message, Map<String, Object> hints) {
        return readMono(type, message, hints).flux();
    }

    /** The body. An error of 400, 408, 413 or 429 when it cannot be used. */
    @Override
    public Mono<Object> readMono(ResolvableType type, ReactiveHttpInputMessage message, Map<String, Object> hints) {
        if (message.getHeaders().getContentLength() > settings.maxSize().toBytes()) {
            return Mono.error(tooLarge().exception());
        }
        Charset charset = Optional.ofNullable(message.getHeaders().getContentType())
                .map(MediaType::getCharset)
                .orElse(StandardCharsets.UTF_8);
        return Mono.deferContextual(context -> {
            String tenantId = context.<TenantContext>getOrEmpty(TenantContext.class)
                    .map(TenantContext::tenantId)
                    .orElse("");
            Buffer buffer = new Buffer(tenantId);
            return IdleTimeout.apply(
                            message.getBody(),
                            settings.idleTimeout(),
                            settings.minimumRate().toBytes())
                    .doOnNext(buffer::add)
                    .then(Mono.fromSupplier(buffer::bytes))
                    .timeout(settings.timeout())
                    .map(bytes -> bytes.length == 0 ? mapper.createObjectNode() : parse(bytes, charset))
                    .map(body -> RequestBinder.bind(body, type.toClass()))
                    .onErrorMap(TimeoutException.class, late -> tooSlow().exception())
                    .doFinally(end -> buffer.release());
        });
    }

    private JsonNode parse(byte[] bytes, Charset charset) {
        JsonNode body;
        try {
            String text = charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            body = mapper.readTree(text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            throw Errors.invalidField("body", "not valid " + charset, "JSON in UTF-8")
                    .exception();
        } catch (JacksonException e) {
            throw Errors.unreadableJson().exception();
        }
        UnicodeText.requireWellFormed(body);
        return body;
    }

    private ApiError tooLarge() {
        return ApiError.of(
                        HttpStatus.CONTENT_TOO_LARGE,
                        "body_too_large",
                        "The request body is larger than " + settings.maxSize().toBytes() + " bytes")
                .with("limit", settings.maxSize().toBytes());
    }

    private static ApiError tooSlow() {
        return ApiError.of(
                HttpStatus.REQUEST_TIMEOUT,
                "body_too_slow",
                "The request body did not arrive in time; nothing was done. Send it at once, and as long as Content-Length says");
    }

    private static ApiError tooMuch() {
        return ApiError.of(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "too_many_open_requests",
                        "Too many of your requests are still being received: send fewer at a time")
                .retryAfter(RETRY);
    }

    /** One body as it grows. The share that it holds is given back once. */
    private final class Buffer {
        private final String tenantId;
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private long taken;
        private boolean released;

        Buffer(String tenantId) {
            this.tenantId = tenantId;
        }

        synchronized void add(byte[] bytes) {
            if (released) {
                return;
            }
            if (content.size() + bytes.length > settings.maxSize().toBytes()) {
                throw tooLarge().exception();
            }
            if (!buffered.take(tenantId, bytes.length)) {
                throw tooMuch().exception();
            }
            taken += bytes.length;
            content.writeBytes(bytes);
        }

        synchronized byte[] bytes() {
            return content.toByteArray();
        }

        synchronized void release() {
            released = true;
            buffered.giveBack(tenantId, taken);
            taken = 0;
        }
    }
}
