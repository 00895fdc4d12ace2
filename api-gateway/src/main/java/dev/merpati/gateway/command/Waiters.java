package dev.merpati.gateway.command;

import dev.merpati.model.outcome.OutcomeNotice;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The requests of this gateway that wait for an outcome, by command id. As many as there are such requests: each takes
 * itself out when it ends, however it ends. Thread-safe.
 */
@Component
class Waiters {
    private final ConcurrentMap<String, Set<Waiter>> waiting = new ConcurrentHashMap<>();

    Waiters(MeterRegistry metrics) {
        Gauge.builder("merpati.gateway.waiters", waiting, ConcurrentMap::size)
                .description("Commands whose outcome a request of this gateway waits for")
                .register(metrics);
    }

    Waiter register(String commandId) {
        Waiter waiter = new Waiter(commandId);
        waiting.compute(commandId, (id, others) -> {
            Set<Waiter> all = others == null ? ConcurrentHashMap.newKeySet(1) : others;
            all.add(waiter);
            return all;
        });
        return waiter;
    }

    /** Wakes the requests that wait for a command; does nothing when there are none. */
    void wake(OutcomeNotice notice) {
        waiting.getOrDefault(notice.commandId(), Set.of()).forEach(waiter -> waiter.ended.tryEmitValue(notice));
    }

    /** One waiting request. */
    final class Waiter implements AutoCloseable {
        private final String commandId;
        private final Sinks.One<OutcomeNotice> ended = Sinks.one();

        private Waiter(String commandId) {
            this.commandId = commandId;
        }

        /** What a worker says when the command has ended; may never come, since pub/sub may lose it. */
        Mono<OutcomeNotice> ended() {
            return ended.asMono();
        }

        @Override
        public void close() {
            waiting.computeIfPresent(commandId, (id, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
        }
    }
}
