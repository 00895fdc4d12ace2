package dev.merpati.gateway.event;

import dev.merpati.gateway.error.ApiException;
import dev.merpati.model.event.EventId;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * One stream of events that a client keeps open. It has a cursor and nothing else: what comes next is taken from the tenant's
 * feed, or read from Redis when the feed does not reach back so far, only when the client's connection has room for it. So a
 * client that reads slowly costs a chunk and its socket's buffer, however much waits for it. Runs on the event loop of its
 * connection.
 */
final class EventStream {
    /** What is written at a time; an event that is longer comes alone. */
    private static final long CHUNK_BYTES = 16 * 1024;

    private static final int EVENTS_PER_READ = 100;
    private static final Duration FIRST_LOOK = Duration.ofMillis(20);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);
    private static final Duration AFTER_OUTAGE = Duration.ofSeconds(1);
    private static final Duration RECONNECT = Duration.ofSeconds(2);

    private final TenantFeed feed;
    private final EventHub hub;
    private final EventReader reader;
    private final EventFilter filter;
    private final StreamSettings settings;
    private final Channel channel;
    private final DataBufferFactory buffers;
    private final Supplier<Mono<Boolean>> stillAllowed;
    private final long endNanos;
    private EventId cursor;
    private EventId told;
    private boolean begun;
    private volatile boolean over;
    private long checkedNanos = System.nanoTime();
    private long stalledSinceNanos;
    private Duration nextLook = FIRST_LOOK;

    /**
     * @param cursor the stream begins with what comes after it
     * @param stillAllowed asks whether the client may still have it
     */
    EventStream(
            TenantFeed feed,
            EventHub hub,
            EventReader reader,
            EventFilter filter,
            StreamSettings settings,
            Channel channel,
            DataBufferFactory buffers,
            Supplier<Mono<Boolean>> stillAllowed,
            Duration life,
            EventId cursor) {
        this.feed = feed;
        this.hub = hub;
        this.reader = reader;
        this.filter = filter;
        this.settings = settings;
        this.channel = channel;
        this.buffers = buffers;
        this.stillAllowed = stillAllowed;
        this.endNanos = System.nanoTime() + life.toNanos();
        this.cursor = cursor;
        this.told = cursor;
    }

    /** What is written, group by group; each is made only when its turn comes. */
    Flux<Flux<DataBuffer>> body() {
        Scheduler loop = Schedulers.fromExecutor(channel.eventLoop());
        Mono<Void> stop = hub.stopping().publishOn(loop).doOnSuccess(stopped -> over = true);
        return Flux.<Flux<DataBuffer>>generate(groups -> {
                    if (over) {
                        groups.complete();
                    } else {
                        groups.next(Flux.defer(() -> over ? Flux.empty() : next(loop, stop))
                                .subscribeOn(loop));
                    }
                })
                .hide();
    }

    private Flux<DataBuffer> next(Scheduler loop, Mono<Void> stop) {
        if (!begun) {
            begun = true;
            return text("retry: " + RECONNECT.toMillis() + "\nid: " + cursor + "\n\n");
        }
        long now = System.nanoTime();
        if (now - endNanos >= 0 || !hub.isRunning()) {
            over = true;
            return Flux.empty();
        }
        if (!channel.isWritable()) {
            return room(loop, now);
        }
        stalledSinceNanos = 0;
        nextLook = FIRST_LOOK;
        if (now - checkedNanos >= settings.keepAlive().toNanos()) {
            checkedNanos = now;
            return stillAllowed
                    .get()
                    // An outage ends nobody's stream.
                    .onErrorReturn(true)
                    .publishOn(loop)
                    .doOnNext(allowed -> over = !allowed)
                    .thenMany(Flux.empty());
        }
        return switch (feed.after(cursor, filter, CHUNK_BYTES)) {
            case TenantFeed.Part.Events part -> {
                cursor = part.position();
                yield write(part.events());
            }
            case TenantFeed.Part.Behind behind -> catchUp(behind.until(), loop);
            case TenantFeed.Part.Nothing _ -> news(loop, stop, now);
        };
    }

    private Flux<DataBuffer> catchUp(EventId until, Scheduler loop) {
        return reader.read(feed.tenantId(), cursor, filter, EVENTS_PER_READ, CHUNK_BYTES)
                .map(page -> page.notBefore(until))
                .map(page -> new TenantFeed.Part.Events(hub.encode(page), page.next()))
                .publishOn(loop)
                .flatMapMany(part -> {
                    cursor = part.position();
                    return write(part.events());
                })
                .onErrorResume(failure -> {
                    if (failure instanceof ApiException) {
                        // It fell behind what is kept: asked for again, it is told so.
                        over = true;
                        return Mono.empty();
                    }
                    return Mono.delay(AFTER_OUTAGE, loop).thenMany(Flux.empty());
                });
    }

    private Flux<DataBuffer> write(List<EncodedEvent> events) {
        if (events.isEmpty()) {
            return Flux.empty();
        }
        // Not the cursor: what comes after the last of them was looked at and not wanted.
        told = events.getLast().event().id();
        return Flux.fromIterable(events).map(event -> buffers.wrap(event.bytes()));
    }

    /** Waits for news, for as long as the connection may be silent. */
    private Flux<DataBuffer> news(Scheduler loop, Mono<Void> stop, long now) {
        long untilCheck = settings.keepAlive().toNanos() - (now - checkedNanos);
        Duration patience = Duration.ofNanos(Math.max(1, Math.min(untilCheck, endNanos - now)));
        return Mono.firstWithSignal(feed.news(cursor).thenReturn(true), stop.thenReturn(true))
                .timeout(patience, Mono.just(false))
                .publishOn(loop)
                .flatMapMany(news -> news || over ? Flux.empty() : keptAlive());
    }

    /** Tells also how far the client is when nothing of that was for it, so that it does not begin too far back one day. */
    private Flux<DataBuffer> keptAlive() {
        String position = told.equals(cursor) ? "" : "id: " + cursor + "\n";
        told = cursor;
        return text(": keep-alive\n" + position + "\n");
    }

    /** Waits until the client has taken some of what was written; closes the connection of one that takes nothing for long. */
    private Flux<DataBuffer> room(Scheduler loop, long now) {
        if (stalledSinceNanos == 0) {
            stalledSinceNanos = now;
        } else if (now - stalledSinceNanos > settings.stallTimeout().toNanos()) {
            over = true;
            ChannelFuture _ = channel.close();
            return Flux.empty();
        }
        Duration look = nextLook;
        nextLook = look.multipliedBy(2).compareTo(LONGEST_LOOK) < 0 ? look.multipliedBy(2) : LONGEST_LOOK;
        return Mono.delay(look, loop).thenMany(Flux.empty());
    }

    private Flux<DataBuffer> text(String text) {
        return Flux.just(buffers.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
