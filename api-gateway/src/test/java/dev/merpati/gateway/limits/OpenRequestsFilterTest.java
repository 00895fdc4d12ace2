package dev.merpati.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiException;
import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.gateway.tenant.Plan;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.unit.DataSize;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class OpenRequestsFilterTest {
    private static final Duration TIME = Duration.ofSeconds(1);

    private final OpenRequestsFilter filter = filter(1_000);
    private final List<Sinks.Empty<Void>> answers = new ArrayList<>();

    @Test
    void refusesOneTooManyOfATenantAndNobodyElses() {
        open("a");
        open("a");

        assertThatThrownBy(() -> answered("a")).isInstanceOfSatisfying(ApiException.class, refused -> {
            assertThat(refused.error().status()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS);
            assertThat(refused.error().retryAfter()).isPositive();
        });
        answered("b");
        answered(null);
    }

    @Test
    void letsTheNextOneInHoweverOneEnds() {
        open("a");
        Disposable left = open("a");

        answers.getFirst().tryEmitEmpty();
        answered("a");
        Disposable second = open("a");
        left.dispose();
        answered("a");
        open("a");
        assertThatThrownBy(() -> answered("a")).isInstanceOf(ApiException.class);
        answers.getLast().tryEmitError(new IllegalStateException("on purpose"));
        answered("a");
        second.dispose();
        answered("a");
    }

    @Test
    void leavesRoomForANewcomerHoweverManyRequestsOthersHold() {
        OpenRequestsFilter small = filter(3);
        for (String tenant : new String[] {"a", "a", "b"}) {
            small.filter(exchange(tenant), passed -> Mono.never()).subscribe(done -> {}, failed -> {});
        }

        assertThatThrownBy(() ->
                        small.filter(exchange("c"), passed -> Mono.empty()).block(TIME))
                .isInstanceOf(ApiException.class);
        OpenRequestsFilter larger = filter(8);
        for (int i = 0; i < 10; i++) {
            larger.filter(exchange("a" + i % 2), passed -> Mono.never()).subscribe(done -> {}, failed -> {});
        }
        larger.filter(exchange("c"), passed -> Mono.empty()).block(TIME);
    }

    private static OpenRequestsFilter filter(int maxOpen) {
        return new OpenRequestsFilter(
                new GatewaySettings("g", 2),
                new RequestSettings(
                        maxOpen, DataSize.ofKilobytes(64), TIME, DataSize.ofBytes(1), TIME, DataSize.ofBytes(0)),
                new SimpleMeterRegistry());
    }

    /** A request that is answered when the test says so. */
    private Disposable open(String tenant) {
        Sinks.Empty<Void> answer = Sinks.empty();
        answers.add(answer);
        return filter.filter(exchange(tenant), passed -> answer.asMono()).subscribe(done -> {}, failed -> {});
    }

    private void answered(@Nullable String tenant) {
        filter.filter(exchange(tenant), passed -> Mono.empty()).block(Duration.ofSeconds(1));
    }

    private static ServerWebExchange exchange(@Nullable String tenant) {
        MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/api/sessions"));
        if (tenant != null) {
            exchange.getAttributes()
                    .put(TenantContext.ATTRIBUTE, new TenantContext(tenant, "key", new Plan(1, 1, 1, null), "request"));
        }
        return exchange;
    }
}
