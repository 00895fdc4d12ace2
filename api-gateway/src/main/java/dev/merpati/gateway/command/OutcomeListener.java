package dev.merpati.gateway.command;

import dev.merpati.gateway.redis.RedisOutage;
import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.model.outcome.OutcomeNotice;
import dev.merpati.model.redis.RedisKeys;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.connection.ReactiveSubscription;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Listens on this gateway's reply channel and wakes the requests that wait for the command that ended. Notices are lost while
 * the subscription is not there or Redis restarts; waiting requests look for themselves as well.
 */
@Component
class OutcomeListener implements SmartLifecycle {
    private final ReactiveStringRedisTemplate redis;
    private final String channel;
    private final PendingOutcomes pending;
    private final RedisOutage outage;
    private final Disposable.Swap subscription = Disposables.swap();
    private volatile boolean running;

    OutcomeListener(
            ReactiveStringRedisTemplate redis, GatewaySettings settings, PendingOutcomes pending, RedisOutage outage) {
        this.redis = redis;
        this.channel = RedisKeys.replyChannel(settings.id());
        this.pending = pending;
        this.outage = outage;
    }

    /** Does not wait for Redis: the gateway starts without it, and is not ready then. */
    @Override
    public void start() {
        running = true;
        // Connects at once and blocks meanwhile, also where it only says what is to be done later.
        subscription.update(Flux.defer(() -> redis.listenToChannel(channel))
                .subscribeOn(Schedulers.boundedElastic())
                .map(ReactiveSubscription.Message::getMessage)
                .map(OutcomeNotice::decode)
                .doOnError(outage::away)
                .retryWhen(Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(200)).maxBackoff(Duration.ofSeconds(5)))
                .subscribe(pending::wake));
    }

    @Override
    public void stop() {
        running = false;
        subscription.update(Disposables.disposed());
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Later than the Redis connection, earlier than the web server; stopped the other way round. */
    @Override
    public int getPhase() {
        return 10;
    }
}
