package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpServer;
import dev.merpati.cluster.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A customer changes the secret of a webhook while events come, and verifies with the library of Standard Webhooks, which is not ours. That
 * the old secret signs no more once its 24 h are over is the dispatcher's own test, on a clock of its own.
 */
@ExtendWith(ProductExtension.class)
class SecretRotationIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Product product;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private HttpServer endpoint;

    private record Received(String body, HttpHeaders headers) {
        boolean isAbout(String text) {
            return body.contains('"' + text + '"');
        }

        int signatures() {
            return headers.firstValue("webhook-signature").orElseThrow().split(" ").length;
        }
    }

    SecretRotationIT(Product product) {
        this.product = product;
    }

    @BeforeEach
    void listen() throws IOException {
        endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endpoint.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            received.add(new Received(body, HttpHeaders.of(exchange.getRequestHeaders(), (_, _) -> true)));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        endpoint.start();
    }

    @AfterEach
    void stopListening() {
        endpoint.stop(0);
    }

    @Test
    void bothSecretsVerifyWhatComesAfterARotation() {
        String own = Product.newNumber();
        String customer = Product.newNumber();
        String session = product.api().connectedSession(product.simulator(), own);
        product.simulator().addPhone(customer);
        Answer created = product.api()
                .post(
                        "/api/webhooks",
                        Map.of(
                                "url",
                                "http://127.0.0.1:" + endpoint.getAddress().getPort() + "/hook",
                                "types",
                                List.of("message.received"),
                                "sessionIds",
                                List.of(session)))
                .expect(201);
        String first = created.text("secret");
        String webhook = "/api/webhooks/"
                + created.json().required("webhook").required("id").asString();

        Received before = write(customer, own, "before");
        assertThat(before.signatures()).isEqualTo(1);
        assertVerifies(first, before);

        String second = product.api()
                .post(webhook + "/rotate-secret", Map.of())
                .expect(200)
                .text("secret");
        assertThat(second).isNotEqualTo(first);
        assertRefuses(second, before);
        assertThat(product.api().get(webhook).expect(200).bodyText()).doesNotContain(first, second);

        // The dispatcher learns of the change a moment later.
        await().atMost(PATIENCE)
                .until(() -> write(customer, own, "after " + received.size()).signatures() == 2);
        Received after = received.getLast();
        assertVerifies(first, after);
        assertVerifies(second, after);
        assertRefuses("whsec_" + "A".repeat(44), after);
        Received forged = new Received(after.body() + " ", after.headers());
        assertRefuses(first, forged);
        assertRefuses(second, forged);
    }

    private Received write(String customer, String own, String text) {
        product.simulator().write(customer, Map.of("to", own, "text", text));
        await().atMost(PATIENCE).until(() -> received.stream().anyMatch(one -> one.isAbout(text)));
        return received.stream().filter(one -> one.isAbout(text)).findFirst().orElseThrow();
    }

    private static void assertVerifies(String secret, Received delivery) {
        assertThatCode(() -> new Webhook(secret).verify(delivery.body(), delivery.headers()))
                .doesNotThrowAnyException();
    }

    private static void assertRefuses(String secret, Received delivery) {
        assertThatThrownBy(() -> new Webhook(secret).verify(delivery.body(), delivery.headers()))
                .isInstanceOf(WebhookVerificationException.class);
    }
}
