package dev.merpati.gateway.security;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.limits.RequestSettings;
import dev.merpati.gateway.web.FilterOrder;
import dev.merpati.gateway.web.IdleTimeout;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeoutException;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Reads the forms that browsers send: within their size, their time, and as well-formed UTF-8. Spring's own reader waits for ever,
 * reads past the error filter, and puts a question mark where a byte is wrong.
 */
@Component
@Order(FilterOrder.FORMS)
final class FormFilter implements WebFilter {
    /** The longest form is a list of numbers to be checked. */
    private static final int MAX_BYTES = 64 * 1024;

    private static final int MAX_FIELDS = 200;

    private final RequestSettings settings;

    FormFilter(RequestSettings settings) {
        this.settings = settings;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return chain.filter(isForm(exchange.getRequest()) ? new WithForm(exchange) : exchange);
    }

    private static boolean isForm(ServerHttpRequest request) {
        try {
            return MediaType.APPLICATION_FORM_URLENCODED.isCompatibleWith(
                    request.getHeaders().getContentType());
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    private final class WithForm extends ServerWebExchangeDecorator {
        private final Mono<MultiValueMap<String, String>> form;

        WithForm(ServerWebExchange exchange) {
            super(exchange);
            this.form = read(exchange.getRequest()).cache();
        }

        @Override
        public Mono<MultiValueMap<String, String>> getFormData() {
            return form;
        }
    }

    private Mono<MultiValueMap<String, String>> read(ServerHttpRequest request) {
        if (request.getHeaders().getContentLength() > MAX_BYTES) {
            return Mono.error(tooLarge().exception());
        }
        return IdleTimeout.apply(
                        request.getBody(),
                        settings.idleTimeout(),
                        settings.minimumRate().toBytes())
                .collect(ByteArrayOutputStream::new, (content, bytes) -> {
                    if (content.size() + bytes.length > MAX_BYTES) {
                        throw tooLarge().exception();
                    }
                    content.writeBytes(bytes);
                })
                .timeout(settings.timeout())
                .map(content -> parse(content.toByteArray()))
                .onErrorMap(TimeoutException.class, late -> tooSlow().exception());
    }

    static MultiValueMap<String, String> parse(byte[] content) {
        MultiValueMap<String, String> fields = new LinkedMultiValueMap<>();
        int start = 0;
        for (int at = 0; at <= content.length; at++) {
            if (at == content.length || content[at] == '&') {
                if (at > start) {
                    add(fields, content, start, at);
                }
                start = at + 1;
            }
        }
        return fields;
    }

    private static void add(MultiValueMap<String, String> fields, byte[] content, int start, int end) {
        if (fields.size() >= MAX_FIELDS) {
            throw Errors.badRequest("malformed_request", "The form has more than " + MAX_FIELDS + " fields")
                    .exception();
        }
        int equals = start;
        while (equals < end && content[equals] != '=') {
            equals++;
        }
        fields.add(decode(content, start, equals), decode(content, Math.min(equals + 1, end), end));
    }

    private static String decode(byte[] content, int start, int end) {
        ByteBuffer text = ByteBuffer.allocate(end - start);
        for (int at = start; at < end; at++) {
            if (content[at] == '+') {
                text.put((byte) ' ');
            } else if (content[at] == '%') {
                int high = at + 1 < end ? Character.digit(content[at + 1], 16) : -1;
                int low = at + 2 < end ? Character.digit(content[at + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw malformed();
                }
                text.put((byte) (high << 4 | low));
                at += 2;
            } else {
                text.put(content[at]);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text.flip()).toString();
        } catch (CharacterCodingException e) {
            throw malformed();
        }
    }

    private static RuntimeException malformed() {
        return Errors.badRequest("malformed_request", "The form is not valid UTF-8, percent-encoded")
                .exception();
    }

    private static ApiError tooLarge() {
        return ApiError.of(
                HttpStatus.CONTENT_TOO_LARGE, "body_too_large", "The form is larger than " + MAX_BYTES + " bytes");
    }

    private static ApiError tooSlow() {
        return ApiError.of(
                HttpStatus.REQUEST_TIMEOUT, "body_too_slow", "The form did not arrive in time; nothing was done");
    }
}
