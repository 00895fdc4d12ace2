package dev.merpati.dispatcher.webhook;

import dev.merpati.dispatcher.http.HttpAnswer;
import dev.merpati.dispatcher.http.HttpAnswer.Result;
import dev.merpati.dispatcher.http.HttpPoster;
import dev.merpati.model.webhook.WebhookUrl;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** An endpoint on virtual time, and what it got. Not thread-safe. */
final class FakeEndpoint implements HttpPoster {
    private final VirtualTime time;
    private Function<String, HttpAnswer> behaviour = id -> ok();
    private Function<String, Long> latency = id -> 10L;
    private int underWay;
    private int mostUnderWay;

    /** Ids in the order in which they came, whatever was answered. */
    final List<String> attempts = new ArrayList<>();

    /** Ids in the order in which they were taken, each once. */
    final List<String> accepted = new ArrayList<>();

    private final Set<String> known = new HashSet<>();
    int repeats;

    FakeEndpoint(VirtualTime time) {
        this.time = time;
    }

    static HttpAnswer ok() {
        return new HttpAnswer(Result.DELIVERED, 200, null, "", null);
    }

    static HttpAnswer status(int code) {
        return new HttpAnswer(Result.SERVER_ERROR, code, "the endpoint answered " + code, "", null);
    }

    void behave(Function<String, HttpAnswer> next) {
        behaviour = next;
    }

    void answerAfter(Function<String, Long> millis) {
        latency = millis;
    }

    int mostUnderWay() {
        int most = mostUnderWay;
        mostUnderWay = 0;
        return most;
    }

    @Override
    public CompletableFuture<HttpAnswer> post(
            String endpoint, WebhookUrl url, Map<String, String> headers, byte[] body) {
        String id = headers.getOrDefault("webhook-id", "");
        attempts.add(id);
        underWay++;
        mostUnderWay = Math.max(mostUnderWay, underWay);
        HttpAnswer answer = behaviour.apply(id);
        if (answer.isDelivered()) {
            if (known.add(id)) {
                accepted.add(id);
            } else {
                repeats++;
            }
        }
        CompletableFuture<HttpAnswer> result = new CompletableFuture<>();
        time.after(latency.apply(id), () -> {
            underWay--;
            result.complete(answer);
        });
        return result;
    }
}
