package dev.merpati.dispatcher.webhook;

import dev.merpati.model.webhook.WebhookKeys;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.connection.ReactiveSubscription;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.listener.ChannelTopic;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Listens for webhooks that gateways have changed, and again whenever the subscription breaks. Messages are lost while it is not there.
 */
final class ChangesSubscription implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(ChangesSubscription.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final ReactiveStringRedisTemplate redis;
    private final Consumer<String> listener;
    private final Runnable subscribed;
    private volatile boolean running;

    /**
     * @param listener gets the ids of tenants, and must not block
     * @param subscribed is called whenever listening begins: messages may have been lost before
     */
    ChangesSubscription(ReactiveStringRedisTemplate redis, Consumer<String> listener, Runnable subscribed) {
        this.redis = redis;
        this.listener = listener;
        this.subscribed = subscribed;
    }

    @Override
    public void start() {
        running = true;
        // Connects at once and blocks meanwhile, also where it only says what is to be done later.
        Disposable _ = Flux.defer(() -> redis.listenToLater(ChannelTopic.of(WebhookKeys.CHANGES_CHANNEL))
                        .doOnNext(messages -> subscribed.run())
                        .flatMapMany(messages -> messages))
                .subscribeOn(Schedulers.boundedElastic())
                .map(ReactiveSubscription.Message::getMessage)
                .filter(tenantId -> running)
                .doOnNext(listener)
                .retryWhen(Retry.backoff(Long.MAX_VALUE, SHORTEST_PAUSE)
                        .maxBackoff(LONGEST_PAUSE)
                        .filter(failure -> running))
                .subscribe(tenantId -> {}, end -> log.debug("No longer listening for changed webhooks", end));
    }

    /** Leaves it to the connection, which is closed next: to unsubscribe on one that breaks meanwhile is an error of nobody's. */
    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
