package dev.merpati.gateway.webhook;

import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.event.EventTypes;
import dev.merpati.model.Json;
import dev.merpati.model.webhook.DeliveryAttempt;
import dev.merpati.model.webhook.WebhookKeys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.connection.Limit;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import org.springframework.util.MultiValueMap;
import reactor.core.publisher.Mono;

/** Reads the log of what was delivered to a webhook, newest first. Each read looks at a bounded part of it. */
@Component
public class WebhookDeliveries {
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;
    private static final int LOOKS_PER_COMMAND = 200;
    private static final int MAX_COMMANDS = 10;
    private static final List<String> STATUSES =
            List.of(DeliveryAttempt.DELIVERED, DeliveryAttempt.FAILED, DeliveryAttempt.DEAD);
    private static final Pattern ENTRY_ID = Pattern.compile("[0-9]{1,19}-[0-9]{1,19}");
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    private final Webhooks webhooks;
    private final ReactiveStringRedisTemplate redis;

    WebhookDeliveries(Webhooks webhooks, ReactiveStringRedisTemplate redis) {
        this.webhooks = webhooks;
        this.redis = redis;
    }

    /**
     * Which part of the log is asked for.
     *
     * @param status null for all
     * @param after where the part before ended; null for the newest
     */
    public record Query(@Nullable String status, @Nullable String after, int limit) {
        static Query of(MultiValueMap<String, String> query) {
            String status = query.getFirst("status");
            if (status != null && !STATUSES.contains(status)) {
                throw Errors.invalidField("status", quoted(status), "one of " + String.join(", ", STATUSES))
                        .exception();
            }
            String after = query.getFirst("after");
            if (after != null && !ENTRY_ID.matcher(after).matches()) {
                throw Errors.invalidField("after", quoted(after), "the next of an earlier answer")
                        .exception();
            }
            String text = query.getFirst("limit");
            int limit = text == null ? DEFAULT_LIMIT : DIGITS.matcher(text).matches() ? Integer.parseInt(text) : 0;
            if (limit < 1 || limit > MAX_LIMIT) {
                throw Errors.invalidField(
                                "limit", quoted(String.valueOf(text)), "a whole number from 1 to " + MAX_LIMIT)
                        .exception();
            }
            return new Query(status, after, limit);
        }

        private static String quoted(String text) {
            return EventTypes.quoted(text);
        }
    }

    /** One attempt, as its tenant sees it. */
    public record DeliveryView(
            String id,
            String eventId,
            String type,
            @Nullable String sessionId,
            int attempt,
            String status,
            Instant at,
            long durationMillis,
            @Nullable Integer statusCode,
            @Nullable String error,
            @Nullable String response,
            @Nullable Instant nextAttemptAt,
            boolean replay) {
        static DeliveryView of(String id, DeliveryAttempt attempt) {
            return new DeliveryView(
                    id,
                    attempt.eventId(),
                    attempt.type(),
                    attempt.sessionId(),
                    attempt.attempt(),
                    attempt.status(),
                    attempt.at(),
                    attempt.durationMillis(),
                    attempt.statusCode(),
                    attempt.error(),
                    attempt.response(),
                    attempt.nextAttemptAt(),
                    attempt.replay());
        }
    }

    /** @param next what to ask for as {@code after} for older ones; null when there are none */
    public record Part(
            List<DeliveryView> deliveries, @Nullable String next) {}

    /** An error of 404 when there is no such webhook. */
    public Mono<Part> list(String tenantId, String webhookId, Query query) {
        return webhooks.find(tenantId, webhookId)
                .then(Mono.defer(() -> read(
                        WebhookKeys.deliveries(tenantId, webhookId),
                        query,
                        query.after(),
                        new ArrayList<>(),
                        MAX_COMMANDS)));
    }

    private Mono<Part> read(String key, Query query, @Nullable String after, List<DeliveryView> found, int commands) {
        if (commands == 0) {
            return Mono.just(new Part(found, after));
        }
        Range<String> range = after == null ? Range.unbounded() : Range.leftUnbounded(Range.Bound.inclusive(after));
        return redis.<String, String>opsForStream()
                // Redis 6.2 has exclusive bounds, Spring does not pass them on.
                .reverseRange(key, range, Limit.limit().count(LOOKS_PER_COMMAND))
                .collectList()
                .flatMap(entries -> {
                    String last = after;
                    for (var entry : entries) {
                        String id = entry.getId().getValue();
                        if (id.equals(after)) {
                            continue;
                        }
                        if (found.size() == query.limit()) {
                            return Mono.just(new Part(found, last));
                        }
                        last = id;
                        DeliveryAttempt attempt = Json.MAPPER.readValue(
                                Objects.requireNonNull(entry.getValue().get(DeliveryAttempt.FIELD)),
                                DeliveryAttempt.class);
                        if (query.status() == null || query.status().equals(attempt.status())) {
                            found.add(DeliveryView.of(id, attempt));
                        }
                    }
                    return entries.size() < LOOKS_PER_COMMAND
                            ? Mono.just(new Part(found, null))
                            : read(key, query, last, found, commands - 1);
                });
    }
}
