package dev.merpati.clients.redis;

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
 * Listens on a pub/sub channel, and again whenever the subscription breaks. Messages are lost while it is not there.
 * Thread-safe.
 */
public final class ChannelSubscription implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(ChannelSubscription.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final ReactiveStringRedisTemplate redis;
    private final String channel;
    private final Consumer<Throwable> failed;
    private final Consumer<String> listener;
    private final Runnable subscribed;
    private volatile boolean running;

    /**
     * @param failed is told of each subscription that broke or could not be made
     * @param listener is called for each message, one at a time, and must not block
     * @param subscribed is called whenever listening begins: messages may have been lost before
     */
    public ChannelSubscription(
            ReactiveStringRedisTemplate redis,
            String channel,
            Consumer<Throwable> failed,
            Consumer<String> listener,
            Runnable subscribed) {
        this.redis = redis;
        this.channel = channel;
        this.failed = failed;
        this.listener = listener;
        this.subscribed = subscribed;
    }

    /** Does not wait for Redis: a program starts without it. */
    @Override
    public void start() {
        running = true;
        // Connects at once and blocks meanwhile, also where it only says what is to be done later.
        Disposable _ = Flux.defer(() -> running ? messages() : Flux.empty())
                .subscribeOn(Schedulers.boundedElastic())
                .map(ReactiveSubscription.Message::getMessage)
                .filter(message -> running)
                .doOnNext(listener)
                .doOnError(failure -> running, failed)
                .retryWhen(Retry.backoff(Long.MAX_VALUE, SHORTEST_PAUSE)
                        .maxBackoff(LONGEST_PAUSE)
                        .filter(failure -> running))
                .subscribe(message -> {}, end -> log.debug("No longer listening on {}", channel, end));
    }

    private Flux<ReactiveSubscription.Message<String, String>> messages() {
        return redis.listenToLater(ChannelTopic.of(channel))
                .doOnNext(messages -> subscribed.run())
                .flatMapMany(messages -> messages);
    }

    /**
     * Leaves the subscription to the connection, which is closed next: to unsubscribe on one that is gone, or breaks meanwhile, is
     * an error of nobody's. So it is for the end of a program, and not to be started again on the same connection.
     */
    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
