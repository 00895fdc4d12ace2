package dev.merpati.dispatcher.http;

import dev.merpati.model.webhook.WebhookUrl;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Sends a body to an endpoint. */
public interface HttpPoster {
    /**
     * Sends one POST. Never blocks; the future never fails and completes within the time-out.
     *
     * @param endpoint whose connections are shared: requests of another one never wait for them
     * @param body is not changed meanwhile
     */
    CompletableFuture<HttpAnswer> post(String endpoint, WebhookUrl url, Map<String, String> headers, byte[] body);
}
