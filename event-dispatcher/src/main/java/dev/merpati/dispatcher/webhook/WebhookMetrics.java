package dev.merpati.dispatcher.webhook;

import dev.merpati.dispatcher.http.HttpAnswer.Result;
import dev.merpati.model.webhook.WebhookStatus.State;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Counts deliveries. Thread-safe. */
final class WebhookMetrics {
    private final MeterRegistry meters;
    private final Map<Result, Timer> attempts = new EnumMap<>(Result.class);
    private final Counter dead;

    WebhookMetrics(MeterRegistry meters) {
        this.meters = meters;
        for (Result result : Result.values()) {
            attempts.put(
                    result,
                    Timer.builder("merpati.dispatcher.webhook.attempts")
                            .description("Attempts to deliver an event to a webhook")
                            .tag("result", result.name().toLowerCase(Locale.ROOT))
                            .publishPercentileHistogram()
                            .minimumExpectedValue(Duration.ofMillis(1))
                            .maximumExpectedValue(Duration.ofMinutes(1))
                            .register(meters));
        }
        dead = Counter.builder("merpati.dispatcher.webhook.dead")
                .description("Events that were given up for a webhook")
                .register(meters);
    }

    void attempted(Result result, Duration duration) {
        Timer timer = attempts.get(result);
        if (timer != null) {
            timer.record(duration);
        }
    }

    void dead(long events) {
        dead.increment((double) events);
    }

    /** Shows the webhooks that this dispatcher delivers to. */
    void show(
            Supplier<Collection<WebhookView>> webhooks,
            InstantSource clock,
            SharedBudget inFlight,
            SharedBudget memory) {
        for (State state : State.values()) {
            Gauge.builder(
                            "merpati.dispatcher.webhooks",
                            () -> webhooks.get().stream()
                                    .filter(view -> view.state() == state)
                                    .count())
                    .description("Webhooks that this dispatcher delivers to")
                    .tag("state", state.wireName())
                    .register(meters);
        }
        Gauge.builder(
                        "merpati.dispatcher.webhook.backlog",
                        () -> active(webhooks.get()).sum())
                .description("Events that lie before webhooks that are not disabled")
                .register(meters);
        Gauge.builder(
                        "merpati.dispatcher.webhook.backlog.longest",
                        () -> active(webhooks.get()).max().orElse(0))
                .description("Events that lie before the webhook that has most of them")
                .register(meters);
        Gauge.builder("merpati.dispatcher.webhook.oldest", () -> oldest(webhooks.get(), clock.millis()))
                .description("Age of the oldest event that lies before a webhook that is not disabled")
                .baseUnit("seconds")
                .register(meters);
        long attemptsAtMost = inFlight.left();
        Gauge.builder("merpati.dispatcher.webhook.in.flight", () -> attemptsAtMost - inFlight.left())
                .description("Attempts under way, without the first of each webhook")
                .register(meters);
        long bytesAtMost = memory.left();
        Gauge.builder("merpati.dispatcher.webhook.memory", () -> bytesAtMost - memory.left())
                .description("Memory that events take which are to be delivered")
                .baseUnit("bytes")
                .register(meters);
    }

    private static java.util.stream.LongStream active(Collection<WebhookView> views) {
        return views.stream().filter(view -> view.state() != State.DISABLED).mapToLong(WebhookView::backlog);
    }

    private static double oldest(Collection<WebhookView> views, long now) {
        long oldest = views.stream()
                .filter(view -> view.state() != State.DISABLED && view.oldest() > 0)
                .mapToLong(WebhookView::oldest)
                .min()
                .orElse(now);
        return Math.max(0, now - oldest) / 1_000.0;
    }
}
