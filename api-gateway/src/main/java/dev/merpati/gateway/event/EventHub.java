package dev.merpati.gateway.event;

import dev.merpati.clients.redis.ChannelSubscription;
import dev.merpati.gateway.redis.RedisOutage;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.EventKeys;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.json.JsonMapper;

/**
 * Learns by one subscription for the whole gateway which tenants have new events, and reads those of tenants that somebody waits
 * for, once for all of them. Notices may be lost, as while the subscription is made anew: each tenant that somebody waits for is
 * looked at from time to time as well. Thread-safe.
 */
@Component
class EventHub implements SmartLifecycle {
    private static final int EVENTS_PER_READ = 200;
    private static final long BYTES_PER_READ = 256 * 1024;

    /** Of the ring of one tenant, and of all as a part of the heap. */
    private static final long MAX_BYTES = 256 * 1024;

    private static final int SHARE_OF_HEAP = 16;
    private static final int POLLS_AT_ONCE = 32;
    private static final Duration KEPT_IN_RING = Duration.ofMinutes(2);

    private final EventReader reader;
    private final JsonMapper json;
    private final StreamSettings settings;
    private final RedisOutage outage;
    private final Clock clock;
    private final ChannelSubscription subscription;
    private final Map<String, Shared> feeds = new HashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final Disposable.Swap polling = Disposables.swap();
    private final Sinks.Empty<Void> stopping = Sinks.empty();
    private volatile boolean running;

    EventHub(
            ReactiveStringRedisTemplate redis,
            EventReader reader,
            JsonMapper json,
            StreamSettings settings,
            RedisOutage outage,
            Clock clock) {
        this.reader = reader;
        this.json = json;
        this.settings = settings;
        this.outage = outage;
        this.clock = clock;
        this.subscription = new ChannelSubscription(
                redis, EventKeys.NEW_EVENTS_CHANNEL, outage::away, this::noticed, () -> all().forEach(this::poke));
    }

    private static final class Shared {
        private final TenantFeed feed;
        private int users;

        Shared(TenantFeed feed) {
            this.feed = feed;
        }
    }

    /** Returns the tenant's feed, which is kept up to date until {@link #leave}. */
    TenantFeed join(String tenantId) {
        TenantFeed feed;
        synchronized (feeds) {
            Shared shared = feeds.computeIfAbsent(
                    tenantId,
                    id -> new Shared(new TenantFeed(
                            id,
                            settings.maxBuffered(),
                            MAX_BYTES,
                            bytes,
                            Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP)));
            shared.users++;
            if (shared.users > 1) {
                return shared.feed;
            }
            feed = shared.feed;
        }
        poke(feed);
        return feed;
    }

    void leave(TenantFeed feed) {
        synchronized (feeds) {
            Shared shared = feeds.get(feed.tenantId());
            if (shared != null && shared.feed == feed && --shared.users == 0) {
                feeds.remove(feed.tenantId());
                feed.close();
            }
        }
    }

    /** Completes when this gateway stops. */
    Mono<Void> stopping() {
        return stopping.asMono();
    }

    /** Encodes events as the feed does, for who reads by itself. */
    List<EncodedEvent> encode(EventPage page) {
        return page.events().stream().map(event -> EncodedEvent.of(event, json)).toList();
    }

    private void noticed(String tenantId) {
        Shared shared;
        synchronized (feeds) {
            shared = feeds.get(tenantId);
        }
        if (shared != null) {
            poke(shared.feed);
        }
    }

    private List<TenantFeed> all() {
        synchronized (feeds) {
            return feeds.values().stream().map(shared -> shared.feed).toList();
        }
    }

    private void poke(TenantFeed feed) {
        read(feed).subscribe();
    }

    /** Never fails. */
    private Mono<Void> read(TenantFeed feed) {
        return Mono.defer(() -> feed.beginRead() ? readOn(feed) : Mono.empty());
    }

    private Mono<Void> readOn(TenantFeed feed) {
        EventId head = feed.head();
        Mono<Boolean> more = head == null
                ? reader.last(feed.tenantId()).map(last -> {
                    feed.begin(last);
                    return false;
                })
                : reader.read(feed.tenantId(), head, EventFilter.ALL, EVENTS_PER_READ, BYTES_PER_READ)
                        .map(page -> {
                            feed.add(encode(page), page.next());
                            return page.more();
                        });
        return more.flatMap(goesOn -> feed.readsAgain(goesOn) ? readOn(feed) : Mono.<Void>empty())
                .onErrorResume(failure -> {
                    feed.readFailed();
                    outage.away(failure);
                    return Mono.empty();
                });
    }

    @Override
    public void start() {
        running = true;
        subscription.start();
        polling.update(Flux.interval(settings.pollInterval())
                .onBackpressureDrop()
                .concatMap(
                        tick -> Flux.fromIterable(all())
                                .doOnNext(feed -> feed.dropBefore(clock.millis() - KEPT_IN_RING.toMillis()))
                                .flatMap(this::read, POLLS_AT_ONCE),
                        1)
                .subscribe());
    }

    @Override
    public void stop() {
        running = false;
        stopping.tryEmitEmpty();
        polling.update(Disposables.disposed());
        subscription.stop();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Stopped before the web server is, which waits for all open requests. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
