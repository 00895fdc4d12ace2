package dev.merpati.gateway.limits;

import static dev.merpati.gateway.harness.TestJson.body;
import static dev.merpati.gateway.harness.TestJson.parse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.model.redis.RedisKeys;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

class RateLimitIT {
    private final GatewayHarness gateway = SharedGateway.get();

    @BeforeEach
    void fillTheBucket() {
        gateway.worker().redis().del(RedisKeys.tenantTag("limited") + "requests");
    }

    @Test
    void saysOnEveryAnswerWhatIsLeft() {
        EntityExchangeResult<byte[]> first = get("/api/sessions");
        EntityExchangeResult<byte[]> notFound = get("/api/nothing");

        assertThat(first.getResponseHeaders().getFirst("RateLimit-Policy")).isEqualTo("\"requests\";q=5;w=60");
        assertThat(first.getResponseHeaders().getFirst("RateLimit")).isEqualTo("\"requests\";r=4;t=12");
        assertThat(notFound.getStatus().value()).isEqualTo(404);
        assertThat(notFound.getResponseHeaders().getFirst("RateLimit-Policy")).isEqualTo("\"requests\";q=5;w=60");
        assertThat(notFound.getResponseHeaders().getFirst("RateLimit")).startsWith("\"requests\";r=3;t=");
    }

    @Test
    void letsThroughAsManyAsThePlanAllowsHoweverManyComeAtOnce() throws Exception {
        try (ExecutorService clients = Executors.newFixedThreadPool(20)) {
            List<Future<Integer>> answers = IntStream.range(0, 20)
                    .mapToObj(i -> clients.submit(
                            () -> get("/api/sessions").getStatus().value()))
                    .toList();
            int allowed = 0;
            for (Future<Integer> answer : answers) {
                allowed += answer.get() == 200 ? 1 : 0;
            }
            assertThat(allowed).isEqualTo(5);
        }

        EntityExchangeResult<byte[]> refused = get("/api/sessions");
        assertThat(refused.getStatus().value()).isEqualTo(429);
        assertThat(parse(refused.getResponseBody())).isEqualTo(parse("""
                {'success':false,'error':'Too Many Requests','code':'rate_limit_exceeded',
                 'message':'Your plan allows 5 requests per minute: wait and try again'}"""));
        assertThat(Integer.parseInt(String.valueOf(refused.getResponseHeaders().getFirst("Retry-After"))))
                .isBetween(1, 12);
        assertThat(refused.getResponseHeaders().getFirst("RateLimit")).startsWith("\"requests\";r=0;t=");
    }

    @Test
    void doesNotLetOneKeyPayForAnother() {
        IntStream.range(0, 6).forEach(i -> get("/api/sessions"));

        assertThat(body(gateway.as(gateway.acme).get().uri("/api/sessions"), 200)
                        .has("counts"))
                .isTrue();
    }

    private EntityExchangeResult<byte[]> get(String path) {
        return gateway.as(gateway.limited)
                .get()
                .uri(path)
                .exchange()
                .expectBody(byte[].class)
                .returnResult();
    }
}
