package dev.merpati.gateway.redis;

import java.time.Duration;
import java.util.function.Consumer;
import org.springframework.data.redis.connection.ReactiveSubscription;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.listener.ChannelTopic;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Listens on a pub/sub channel, and again whenever the subscription breaks. Messages are lost while it is not there.
 * Thread-safe.
 */
public final class ChannelSubscription {
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final ReactiveStringRedisTemplate redis;
    private final String channel;
    private final RedisOutage outage;
    private final Consumer<String> listener;
    private final Runnable subscribed;
    private final Disposable.Swap subscription = Disposables.swap();
    private volatile boolean running;

    /**
     * @param listener is called for each message, one at a time, and must not block
     * @param subscribed is called whenever listening begins: messages may have been lost before
     */
    public ChannelSubscription(
            ReactiveStringRedisTemplate redis,
            String channel,
            RedisOutage outage,
            Consumer<String> listener,
            Runnable subscribed) {
        this.redis = redis;
        this.channel = channel;
        this.outage = outage;
        this.listener = listener;
        this.subscribed = subscribed;
    }

    /** Does not wait for Redis: the gateway starts without it, and is not ready then. */
    public void start() {
        running = true;
        // Connects at once and blocks meanwhile, also where it only says what is to be done later.
        subscription.update(Flux.defer(() -> redis.listenToLater(ChannelTopic.of(channel))
                        .doOnNext(messages -> subscribed.run())
                        .flatMapMany(messages -> messages))
                .subscribeOn(Schedulers.boundedElastic())
                .map(ReactiveSubscription.Message::getMessage)
                .doOnNext(listener)
                .doOnError(outage::away)
                .retryWhen(Retry.backoff(Long.MAX_VALUE, SHORTEST_PAUSE).maxBackoff(LONGEST_PAUSE))
                .subscribe());
    }

    public void stop() {
        running = false;
        subscription.update(Disposables.disposed());
    }

    public boolean isRunning() {
        return running;
    }
}
