package dev.merpati.gateway.command;

import dev.merpati.clients.redis.ChannelSubscription;
import dev.merpati.gateway.redis.RedisOutage;
import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.model.outcome.OutcomeNotice;
import dev.merpati.model.redis.RedisKeys;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;

/**
 * Listens on this gateway's reply channel and wakes the requests that wait for the command that ended. Notices are lost while
 * the subscription is not there or Redis restarts; waiting requests look for themselves as well.
 */
@Component
class OutcomeListener implements SmartLifecycle {
    private final ChannelSubscription subscription;

    OutcomeListener(
            ReactiveStringRedisTemplate redis, GatewaySettings settings, PendingOutcomes pending, RedisOutage outage) {
        this.subscription = new ChannelSubscription(
                redis,
                RedisKeys.replyChannel(settings.id()),
                outage::away,
                notice -> pending.wake(OutcomeNotice.decode(notice)),
                () -> {});
    }

    @Override
    public void start() {
        subscription.start();
    }

    @Override
    public void stop() {
        subscription.stop();
    }

    @Override
    public boolean isRunning() {
        return subscription.isRunning();
    }

    /** Later than the Redis connection, earlier than the web server; stopped the other way round. */
    @Override
    public int getPhase() {
        return 10;
    }
}
