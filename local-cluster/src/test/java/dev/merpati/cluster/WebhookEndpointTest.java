package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.merpati.cluster.WebhookEndpoint.Mood;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookEndpointTest {
    /** The example of the libraries of Standard Webhooks. */
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static final String EVENT = """
            {"type":"message.received","timestamp":"2026-11-27T10:56:01Z","data":{"sessionId":"s","text":"Wo ist 👩🏽‍🚀?"}}""";
    private static final String ID = "1795820000123-000004";
    private static final int MANY = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final List<WebhookDelivery> kept = new CopyOnWriteArrayList<>();
    private final List<WebhookDelivery> forgotten = new CopyOnWriteArrayList<>();
    private final List<WebhookDelivery> hung = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final WebhookEndpoint endpoint = WebhookEndpoint.behindProxy(new WebhookEndpoint.Listener() {
        @Override
        public void kept(WebhookDelivery delivery) {
            kept.add(delivery);
        }

        @Override
        public void forgot(WebhookDelivery delivery) {
            forgotten.add(delivery);
        }

        @Override
        public void hung(WebhookDelivery delivery) {
            hung.add(delivery);
        }

        @Override
        public void refused(String problem) {
            refused.add(problem);
        }
    });

    WebhookEndpointTest() {
        endpoint.trust(SECRET);
    }

    @AfterEach
    void close() {
        endpoint.close();
    }

    @Test
    void knowsTheSignatureOfTheLibrariesOfStandardWebhooks() {
        WebhookSignature signature = new WebhookSignature(SECRET);
        Instant at = Instant.ofEpochSecond(1_614_265_330);
        byte[] body = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
        String id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        String right = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

        assertThat(signature.problem(id, "1614265330", "v1,AAAA v1a," + right.substring(3) + " " + right, body, at))
                .isNull();
        assertThat(signature.problem(id, "1614265330", "v1," + right.substring(4), body, at))
                .contains("no signature");
        assertThat(signature.problem(id, "1614265331", right, body, at)).contains("no signature");
        assertThat(signature.problem(id + "x", "1614265330", right, body, at)).contains("no signature");
        assertThat(signature.problem(id, "1614265330", right, body, at.plusSeconds(301)))
                .contains("5 minutes");
        assertThat(signature.problem(null, "1614265330", right, body, at)).contains("webhook-id");
        assertThatThrownBy(() -> new WebhookSignature("secret")).hasMessageContaining("whsec_");
    }

    @Test
    void keepsWhatIsSignedBeforeItAnswers() {
        assertThat(deliver(EVENT, SECRET)).isEqualTo(204);

        assertThat(kept).singleElement().satisfies(delivery -> {
            assertThat(delivery.id()).isEqualTo(ID);
            assertThat(delivery.type()).isEqualTo("message.received");
            assertThat(delivery.sessionId()).isEqualTo("s");
            assertThat(delivery.data().required("text").asString()).isEqualTo("Wo ist 👩🏽‍🚀?");
        });
        assertThat(refused).isEmpty();
    }

    @Test
    void refusesWhatAnotherSecretSigned() {
        assertThat(deliver(EVENT, "whsec_AAAA")).isEqualTo(401);

        assertThat(kept).isEmpty();
        assertThat(refused).singleElement().asString().contains("no signature");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{\"type\":\"message.received\",\"timestamp\":\"x\"}"})
    void refusesWhatIsNoEvent(String body) {
        assertThat(deliver(body, SECRET)).isEqualTo(401);

        assertThat(kept).isEmpty();
        assertThat(refused).hasSize(1);
    }

    @Test
    void refusesBodiesThatAreTooLong() {
        assertThat(deliver(EVENT + " ".repeat(20 * 1024), SECRET)).isEqualTo(401);

        assertThat(refused).singleElement().asString().contains("allowed are 20480");
    }

    @Test
    void forgetsWhatItAnswersWell() {
        endpoint.be(Mood.FORGETS);

        assertThat(deliver(EVENT, SECRET)).isEqualTo(204);
        assertThat(kept).isEmpty();
        assertThat(forgotten).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Mood.class,
            names = {"ERRORS", "LIMITS", "CUTS"})
    void misbehavesAtRandom(Mood mood) {
        endpoint.be(mood);
        int good = 0;
        for (int i = 0; i < MANY; i++) {
            good += deliver(EVENT, SECRET) == 204 ? 1 : 0;
        }

        assertThat(good).isBetween(1, MANY - 1);
        assertThat(kept).hasSizeGreaterThanOrEqualTo(good);
    }

    @Test
    void hangsUntilItsMoodIsOver() {
        endpoint.be(Mood.HANGS);
        var delivery = Thread.ofVirtual().unstarted(() -> deliver(EVENT, SECRET));
        delivery.start();
        await().atMost(PATIENCE).until(() -> !hung.isEmpty());

        assertThat(delivery.isAlive()).isTrue();
        endpoint.be(Mood.GOOD);
        await().atMost(PATIENCE).until(() -> !delivery.isAlive());
        assertThat(kept).isEmpty();
        assertThat(deliver(EVENT, SECRET)).isEqualTo(204);
    }

    @Test
    void canGoAwayAndComeBack() {
        endpoint.proxy().cut();
        assertThat(deliver(EVENT, SECRET)).isZero();

        endpoint.proxy().restore();
        assertThat(deliver(EVENT, SECRET)).isEqualTo(204);
        assertThat(kept).hasSize(1);
    }

    /** Returns the status, 0 when there was no answer. */
    private int deliver(String body, String secret) {
        String timestamp = String.valueOf(Instant.now().getEpochSecond());
        HttpRequest request = Http.request(endpoint.url())
                .header("Content-Type", "application/json")
                .header("User-Agent", "Merpati/0.1.0-SNAPSHOT (webhooks)")
                .header("webhook-id", ID)
                .header("webhook-timestamp", timestamp)
                .header("webhook-signature", "v1," + sign(secret, ID + "." + timestamp + "." + body))
                .POST(BodyPublishers.ofString(body))
                .build();
        try {
            return Http.exchange(request).status();
        } catch (UnansweredException e) {
            return 0;
        }
    }

    private static String sign(String secret, String content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring(6)), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
